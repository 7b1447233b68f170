/**
 * Metrics of the Linux host that the program runs on.
 *
 * @module
 */
export { hostSource, type HostSourceOptions } from './host-source.ts';
export { hostDescriptors } from './host-descriptors.ts';
