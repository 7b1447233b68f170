import type { MetricStore } from './metric-store.ts';

/** What takes samples: a store, or something before one. */
export type SampleSink = Pick<MetricStore, 'append' | 'register' | 'appendBatch'>;
