import { abortError, NovaError, systemClock, withDeadline, type Clock, type Sample } from '@novacron/core';
import { invalidInput, toNovaError } from '../error.ts';
import { checkSamples } from './check-samples.ts';
import type { Collection, CollectionError, MetricSource, SourceReading } from './metric-source.ts';

/** How a round of measurements is made. */
export interface CollectOptions {
  /** Ends the round; {@link collect} then rejects. */
  readonly signal?: AbortSignal | undefined;
  /** Sources asked at the same time, at least 1. @default 16 */
  readonly concurrency?: number | undefined;
  /** The longest a source may take, in milliseconds. @default 10_000 */
  readonly sourceTimeoutMs?: number | undefined;
  /** Stamps the collection, and samples whose source has no time of its own. @default the system's clock */
  readonly clock?: Clock | undefined;
  /**
   * Measures `sourceTimeoutMs`. Apart from `clock`, because a source takes real time to answer however fast the
   * clock of a simulation runs. @default the system's clock
   */
  readonly deadlineClock?: Clock | undefined;
}

/**
 * Measures all sources once. A source that throws or hangs becomes an error entry, and the others are delivered on
 * time. Values that are not finite, and names and labels that do not fit Prometheus' data model, are left out and
 * reported by reason.
 *
 * @param sources - Whom to ask. No source gives an empty collection.
 * @throws {NovaError} NOVA_CORE_ABORTED when the signal fires, at once.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when `concurrency` or `sourceTimeoutMs` makes no sense.
 *
 * @example
 * ```ts
 * import { collect, customSource } from '@novacron/monitoring';
 *
 * const queue = customSource({
 *   name: 'queue',
 *   descriptors: [{ name: 'jobs.waiting', unit: '{job}', kind: 'gauge', description: 'Jobs that wait' }],
 *   collect: ({ timeMs }) => [{ metric: 'jobs.waiting', labels: {}, timeMs, value: 7 }],
 * });
 * const broken = customSource({ name: 'broken', descriptors: [], collect: () => { throw new Error('no answer'); } });
 *
 * const { samples, errors } = await collect([queue, broken]);
 * samples.map((sample) => sample.value) // => [7]
 * errors.map(({ source, reason }) => `${source}: ${reason}`) // => ['broken: failed']
 * ```
 */
export async function collect(sources: readonly MetricSource[], options: CollectOptions = {}): Promise<Collection> {
  const { signal, concurrency = 16, sourceTimeoutMs = 10_000 } = options;
  const { clock = systemClock, deadlineClock = systemClock } = options;
  if (!(concurrency >= 1)) throw invalidInput(`concurrency must be at least 1, not ${String(concurrency)}`);
  if (!(sourceTimeoutMs > 0)) throw invalidInput(`sourceTimeoutMs must be above 0, not ${String(sourceTimeoutMs)}`);
  if (signal?.aborted) throw abortError(signal);

  const timeMs = Math.floor(clock.now());
  const startedMs = clock.monotonic();
  const readings: (SourceReading | CollectionError)[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < sources.length) {
      const index = next++;
      readings[index] = await read(sources[index] as MetricSource, timeMs, sourceTimeoutMs, signal, deadlineClock);
      if (signal?.aborted) throw abortError(signal);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, sources.length) }, worker));
  return { timeMs, durationMs: clock.monotonic() - startedMs, ...merge(sources, readings) };
}

async function read(
  source: MetricSource,
  timeMs: number,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  clock: Clock,
): Promise<SourceReading | CollectionError> {
  try {
    return await withDeadline({ signal, timeoutMs }, (stop) => source.collect({ signal: stop, timeMs }), clock);
  } catch (reason) {
    const error = toNovaError(reason);
    return { source: source.name, reason: error.kind === 'timeout' ? 'timeout' : 'failed', error };
  }
}

function merge(
  sources: readonly MetricSource[],
  readings: readonly (SourceReading | CollectionError)[],
): Pick<Collection, 'samples' | 'errors'> {
  const samples: Sample[] = [];
  const errors: CollectionError[] = [];
  readings.forEach((reading, index) => {
    const source = (sources[index] as MetricSource).name;
    if (isFailure(reading)) errors.push(reading);
    else if (!Array.isArray(reading?.samples) || !Array.isArray(reading.errors)) {
      const error = invalidInput(`Source ${source} must answer with { samples, errors }`);
      errors.push({ source, reason: 'failed', error });
    } else {
      for (const error of reading.errors) errors.push({ source, reason: 'partial', error: toNovaError(error) });
      for (const error of checkSamples(source, reading.samples, samples)) errors.push(error);
    }
  });
  return { samples, errors };
}

function isFailure(reading: SourceReading | CollectionError | undefined): reading is CollectionError {
  return NovaError.isInstance((reading as CollectionError | undefined)?.error);
}
