/**
 * The metric store on a server: Prometheus, VictoriaMetrics or Mimir, over Remote-Write and the query API.
 *
 * @module
 */
export type { RemoteStoreOptions } from './options.ts';
export { remoteStore } from './remote-store.ts';
export { replicatedStore, type ReplicatedStoreOptions } from './replicated-store.ts';
