/**
 * Tools for tests of code that takes a clock.
 *
 * @module
 */
export { ManualClock } from './manual-clock.ts';
