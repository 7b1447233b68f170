/**
 * The conformance suite that every driver passes, for drivers made by others too. Needs vitest.
 *
 * @module
 */
export { describeHypervisor } from './describe-hypervisor.ts';
export { describeHypervisorSpeed } from './describe-hypervisor-speed.ts';
export type { HypervisorHarness } from './harness.ts';
