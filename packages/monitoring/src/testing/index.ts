/**
 * Conformance suites for stores and sources of one's own. Needs `vitest`.
 *
 * @module
 */
export { describeStore, type OpenStore, type StoreUnderTestOptions } from './describe-store.ts';
export { describeMetricSource } from './describe-metric-source.ts';
export type { StoreAbility } from './store-fixtures.ts';
