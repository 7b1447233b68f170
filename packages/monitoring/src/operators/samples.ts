import type { Sample } from '@novacron/core';
import { mergeMap, type OperatorFunction } from 'rxjs';
import type { Collection } from '../source/metric-source.ts';

/**
 * The samples of collections, one by one.
 *
 * @example
 * ```ts
 * import { samples } from '@novacron/monitoring/stream';
 * import { lastValueFrom, of } from 'rxjs';
 *
 * const sample = { metric: 'vm.up', labels: { vm: 'web-1' }, timeMs: 0, value: 1 };
 * await lastValueFrom(of({ timeMs: 0, durationMs: 1, samples: [sample], errors: [] }).pipe(samples())) // => sample
 * ```
 */
export function samples(): OperatorFunction<Collection, Sample> {
  return mergeMap((collection) => collection.samples);
}
