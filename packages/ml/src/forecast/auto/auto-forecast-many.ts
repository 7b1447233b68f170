import { systemClock, withDeadline } from '@novacron/core';
import { invalid, MlError } from '../../error.ts';
import { checkedInteger, checkOptions, toValues } from '../../values.ts';
import { deadlineError } from '../../workers/deadline-error.ts';
import { startWorkers, type WorkerPool } from '../../workers/worker-pool.ts';
import { autoForecast, type AutoForecast, type AutoForecastOptions } from './auto-forecast.ts';

/** A forecast that travelled between threads: everything but the model. */
export type ManyForecast = Omit<AutoForecast, 'fitted'>;

/** How far the work has come. */
export interface ManyProgress {
  /** Series that are finished, failed ones among them. */
  readonly done: number;
  /** All series. */
  readonly total: number;
  /** Series without a forecast. */
  readonly failed: number;
}

/** What is wanted of many automatic forecasts. */
export interface AutoForecastManyOptions extends AutoForecastOptions {
  /** How many workers; 1 works in this thread. @default the number of cores, and 1 for fewer than 100 series */
  readonly concurrency?: number | undefined;
  /** Told after every few series. */
  readonly onProgress?: ((progress: ManyProgress) => void) | undefined;
}

/** What came of one series: a forecast, or why there is none. */
export type ManyOutcome =
  | { readonly forecast: ManyForecast; readonly error?: undefined }
  | { readonly forecast?: undefined; readonly error: MlError };

/** What a worker is asked: series, and what is wanted of each. */
interface Request {
  readonly batch: readonly Float64Array[];
  readonly options: AutoForecastOptions;
}

/** A forecast, or the error that took its place, as threads can send it. */
type SentOutcome =
  | { readonly forecast: ManyForecast }
  | { readonly error: Pick<MlError, 'kind' | 'code' | 'message' | 'details'> };

/** Answers batches; an error of the package is an answer. */
const answer = `({ autoForecast, MlError }, { batch, options }) => batch.map((values) => {
  try {
    const { fitted, ...forecast } = autoForecast(values, options);
    return { forecast };
  } catch (error) {
    if (!MlError.isInstance(error)) throw error;
    const { kind, code, message, details } = error;
    return { error: { kind, code, message, details } };
  }
})`;

const fewSeries = 100;
/** Series that a worker gets at once: enough that messages cost nothing, few enough that progress is smooth. */
const batchSize = 16;
/** This thread hands the turn on after so long. */
const turnMs = 20;

/**
 * {@link autoForecast} for many series, in as many worker threads as there are cores. Where there are no workers, in a
 * browser or a bundle, it works in this thread and lets others have their turn between series. A series that cannot be
 * forecast is an outcome, and the others go on. The answer is the same whatever the concurrency.
 *
 * @param series - One array of values a series; they are copied to the workers.
 * @returns an outcome a series, in their order.
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 * @throws {MlError} NOVA_ML_ABORTED within 100 ms after the signal fires.
 * @throws {MlError} NOVA_ML_TIMEOUT when `timeoutMs` has passed for all of them together.
 *
 * @example
 * ```ts
 * import { autoForecastMany } from '@novacron/ml';
 *
 * const fleet = [0.2, 0.5, 0.7].map((base) => Array.from({ length: 72 }, (_, hour) => base + (hour % 24) / 100));
 * const outcomes = await autoForecastMany(fleet, { horizon: 24, seasonLength: 24 });
 * outcomes.map(({ forecast }) => forecast?.mean.length) // => [24, 24, 24]
 * ```
 */
export async function autoForecastMany(
  series: readonly ArrayLike<number>[],
  options: AutoForecastManyOptions,
): Promise<ManyOutcome[]> {
  checkOptions(options);
  const { signal, timeoutMs, clock = systemClock, onProgress, concurrency, ...each } = options;
  checkedInteger(options.horizon, 'horizon', 1, 1_000_000);
  if (!Array.isArray(series)) throw invalid('There must be an array of series', { option: 'series' });
  if (concurrency !== undefined) checkedInteger(concurrency, 'concurrency', 1, 1_024);
  if (timeoutMs !== undefined && !(timeoutMs >= 0)) {
    throw invalid(`timeoutMs must be 0 or more, not ${String(timeoutMs)}`, { timeoutMs });
  }
  const outcomes = Array.from<ManyOutcome>({ length: series.length });
  let done = 0;
  let failed = 0;
  const finish = (index: number, outcome: ManyOutcome): void => {
    outcomes[index] = outcome;
    done++;
    if (outcome.error !== undefined) failed++;
  };
  const report = (): void => onProgress?.({ done, total: series.length, failed });
  const wanted = concurrency ?? (series.length < fewSeries ? 1 : (globalThis.navigator?.hardwareConcurrency ?? 1));

  const work = async (stop: AbortSignal): Promise<void> => {
    const pool =
      wanted > 1 ? startWorkers<Request, readonly SentOutcome[]>(Math.min(wanted, series.length), answer) : undefined;
    if (pool === undefined) await inThisThread(stop);
    else await inWorkers(pool, stop);
  };
  const inThisThread = async (stop: AbortSignal): Promise<void> => {
    let turnStartedMs = clock.monotonic();
    for (const [index, values] of series.entries()) {
      finish(index, outcomeOf(values, each));
      if (clock.monotonic() - turnStartedMs < turnMs) continue;
      report();
      await systemClock.sleep(0);
      if (stop.aborted) return;
      turnStartedMs = clock.monotonic();
    }
    if (series.length > 0) report();
  };
  const inWorkers = async (pool: WorkerPool<Request, readonly SentOutcome[]>, stop: AbortSignal): Promise<void> => {
    stop.addEventListener('abort', () => void pool[Symbol.asyncDispose](), { once: true });
    let next = 0;
    const lane = async (worker: number): Promise<void> => {
      while (next < series.length && !stop.aborted) {
        const first = next;
        next = Math.min(series.length, first + batchSize);
        const batch: Float64Array[] = [];
        const places: number[] = [];
        for (let index = first; index < next; index++) {
          const values = plain(series[index] as ArrayLike<number>);
          if (MlError.isInstance(values)) {
            finish(index, { error: values });
            continue;
          }
          places.push(index);
          batch.push(values);
        }
        const answers = batch.length > 0 ? await pool.ask(worker, { batch, options: each }) : [];
        for (const [i, answer] of answers.entries()) finish(places[i] as number, received(answer));
        report();
      }
    };
    try {
      await Promise.all(Array.from({ length: pool.size }, (_, worker) => lane(worker)));
    } finally {
      await pool[Symbol.asyncDispose]();
    }
  };
  try {
    await withDeadline({ signal, timeoutMs }, work, clock);
  } catch (error) {
    throw deadlineError(error, 'The forecasts');
  }
  return outcomes;
}

function outcomeOf(values: ArrayLike<number>, options: AutoForecastOptions): ManyOutcome {
  try {
    const { fitted: _, ...forecast } = autoForecast(values, options);
    return { forecast };
  } catch (error) {
    if (MlError.isInstance(error)) return { error };
    throw error;
  }
}

function received(answer: SentOutcome): ManyOutcome {
  return 'forecast' in answer ? { forecast: answer.forecast } : { error: new MlError(answer.error) };
}

/** Numbers that threads can send; the error of what has others is its outcome. */
function plain(values: ArrayLike<number>): Float64Array | MlError {
  try {
    return toValues(values);
  } catch (error) {
    if (MlError.isInstance(error)) return error;
    throw error;
  }
}
