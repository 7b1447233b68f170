import { describeStore } from '@novacron/monitoring/testing';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import { temporaryPath } from './temporary-path.ts';

describeStore('sqliteStore', (options) => sqliteStore({ ...options, path: temporaryPath() }));

describeStore('sqliteStore in the calling thread, with short chunks and rollups', (options) =>
  sqliteStore({
    ...options,
    path: temporaryPath(),
    worker: false,
    chunkSamples: 10,
    mergedSamples: 40,
    rollupRetentionMs: options.retentionMs ?? Infinity,
  }),
);
