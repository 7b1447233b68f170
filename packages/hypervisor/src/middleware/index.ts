/**
 * Functions `hypervisor => hypervisor`: retries, timeouts, a cache, dry runs, audit, policies, tracing. Uses
 * `node:diagnostics_channel`.
 *
 * @module
 */
export { applyMiddleware } from './apply-middleware.ts';
export { aroundCalls, type Around, type HypervisorCall, type Middleware } from './around-calls.ts';
export { audit, type AuditOptions, type AuditRecord } from './audit.ts';
export { cache, type CacheOptions } from './cache.ts';
export { dryRun } from './dry-run.ts';
export type { OperationGroup } from './operations.ts';
export { policy, readOnly, type PolicyDecision } from './policy.ts';
export { retry } from './retry.ts';
export { timeout, type TimeoutOptions } from './timeout.ts';
export { tracing, type TracedCall } from './tracing.ts';
