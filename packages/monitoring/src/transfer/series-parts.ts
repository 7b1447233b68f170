import { NovaError, type CallOptions, type Series } from '@novacron/core';
import type { MetricStore, SeriesListQuery } from '../store/metric-store.ts';

/** Between it and its double are the times of metrics, 2001 to 2033. */
const someTimeMs = 1e12;

/**
 * The series of a store with their samples, metric by metric; long ones in several parts, oldest first, so that never
 * more than about `maxSamples` are in memory.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when the query makes no sense.
 */
export async function* seriesParts(
  store: MetricStore,
  { fromMs = -Infinity, toMs = Infinity, ...selector }: SeriesListQuery,
  maxSamples: number,
  options: CallOptions,
): AsyncGenerator<readonly Series[], void, undefined> {
  for (const metric of await store.labelValues('__name__', selector, options)) {
    const ranges = [[fromMs, toMs] as const];
    for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
      const [from, to] = range;
      const middle = middleOf(from, to);
      const limit = middle === undefined ? {} : { maxSamples };
      try {
        yield await store.select({ ...selector, metric, fromMs: from, toMs: to, ...limit }, options);
      } catch (error) {
        if (middle === undefined || !isTooMuch(error)) throw error;
        ranges.push([middle, to], [from, middle]);
      }
    }
  }
}

/** A time in a range that parts it; none when it can't be parted. */
function middleOf(fromMs: number, toMs: number): number | undefined {
  const middle = guess(fromMs, toMs);
  return toMs - fromMs > 1 && middle > fromMs && middle < toMs ? middle : undefined;
}

function guess(fromMs: number, toMs: number): number {
  if (fromMs === -Infinity && toMs === Infinity) return someTimeMs;
  if (fromMs === -Infinity) return toMs - Math.max(someTimeMs, Math.abs(toMs));
  if (toMs === Infinity) return fromMs + Math.max(someTimeMs, Math.abs(fromMs));
  return fromMs + (toMs - fromMs) / 2;
}

function isTooMuch(error: unknown): boolean {
  return NovaError.isInstance(error) && error.kind === 'quota' && error.details['limit'] === 'maxSamples';
}
