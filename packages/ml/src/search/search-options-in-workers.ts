import { systemClock, withDeadline } from '@novacron/core';
import { invalid, MlError } from '../error.ts';
import { fitBudget } from '../fit-budget.ts';
import { checkedInteger, checkOptions, toValues } from '../values.ts';
import type { ForecasterLike } from '../validate/rolling-origin.ts';
import { deadlineError } from '../workers/deadline-error.ts';
import { startWorkers, type WorkerPool } from '../workers/worker-pool.ts';
import { searchOptions } from './search-options.ts';
import { searchPlan, type SearchOptions, type SearchResult, type SearchTask } from './search-plan.ts';

/** Where workers find the function that makes a forecaster of options: functions cannot be sent to them. */
export interface ForecasterModule {
  /** The module's address, as from `import.meta.resolve`. */
  readonly module: string | URL;
  /** The name under which it exports the function. */
  readonly export: string;
}

/** How options are searched for by workers. */
export interface WorkerSearchOptions<Options> extends SearchOptions<Options> {
  /** How many workers. @default the number of cores */
  readonly concurrency?: number | undefined;
  /** Told after every trial how many there were. */
  readonly onProgress?: ((progress: { readonly done: number }) => void) | undefined;
}

interface Request {
  readonly module: string;
  readonly name: string;
  readonly values: Float64Array;
  readonly search: {
    readonly space: object;
    readonly defaults: object;
    readonly horizon: number;
    readonly origins: number;
  };
}

type Answer = { readonly error: number } | { readonly failure: Pick<MlError, 'kind' | 'code' | 'message' | 'details'> };

/** A search without a space tries the defaults alone. */
const answer = `async ({ searchOptions, MlError }, { module, name, values, search }) => {
  const { [name]: make } = await import(module);
  try {
    return { error: searchOptions(make, values, search).error };
  } catch (error) {
    if (!MlError.isInstance(error)) throw error;
    const { kind, code, message, details } = error;
    return { failure: { kind, code, message, details } };
  }
}`;

/**
 * {@link searchOptions} in worker threads. The answer is the same, whatever their number: trials of one round are shared
 * out, and each is made as it would be here. A Bayesian search tries one after another, so that its gain is a thread
 * that stays free. Where there are no workers, in a browser or a bundle, the search runs in this thread.
 *
 * @param make - Where to find the function that makes a forecaster of options; options must be plain data.
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range, or the module exports no such function.
 * @throws {MlError} NOVA_ML_TOO_SHORT when there is no room for one origin.
 * @throws {MlError} NOVA_ML_ABORTED within 100 ms after the signal fires.
 * @throws {MlError} NOVA_ML_TIMEOUT when the time budget ran out.
 * @throws {MlError} NOVA_ML_INTERNAL when a worker has failed, as when a forecaster throws an error that is not ours.
 *
 * @example
 * ```ts no-run
 * import { searchOptionsInWorkers, type WindowAverageOptions } from '@novacron/ml';
 *
 * const values = Array.from({ length: 60 }, (_, i) => 10 * Math.floor(i / 10) + (i % 2));
 * const make = { module: import.meta.resolve('@novacron/ml'), export: 'windowAverage' };
 * const search = { space: { window: [2, 10, 40] }, defaults: { window: 20 }, horizon: 2, concurrency: 2 };
 * const found = await searchOptionsInWorkers<WindowAverageOptions>(make, values, search);
 * found.options // => { window: 2 }
 * ```
 */
export async function searchOptionsInWorkers<Options extends object>(
  make: ForecasterModule,
  values: ArrayLike<number>,
  search: WorkerSearchOptions<Options>,
): Promise<SearchResult<Options>> {
  checkOptions(search);
  const { signal, timeoutMs, clock = systemClock, concurrency, onProgress, ...rest } = search;
  const series = toValues(values);
  const module = addressOf(make);
  const wanted = checkedInteger(concurrency ?? globalThis.navigator?.hardwareConcurrency ?? 1, 'concurrency', 1, 1_024);
  const budget = fitBudget({ signal, timeoutMs, clock });
  const plan = searchPlan(rest);
  const first = plan.next();
  let done = 0;

  const shared = async (pool: WorkerPool<Request, Answer>, stop: AbortSignal): Promise<SearchResult<Options>> => {
    stop.addEventListener('abort', () => void pool[Symbol.asyncDispose](), { once: true });
    const errorOf = async (worker: number, { options, origins }: SearchTask<Options>): Promise<number> => {
      const one = { space: {}, defaults: options, horizon: search.horizon, origins };
      const came = await pool.ask(worker, { module, name: make.export, values: series, search: one });
      if ('failure' in came) throw new MlError(came.failure);
      onProgress?.({ done: ++done });
      return came.error;
    };
    try {
      let round = first;
      while (round.done !== true) {
        const tasks = round.value;
        const errors = tasks.map(() => NaN);
        let next = 0;
        const lane = async (worker: number): Promise<void> => {
          while (next < tasks.length && !stop.aborted) {
            const index = next++;
            errors[index] = await errorOf(worker, tasks[index] as SearchTask<Options>);
          }
        };
        await Promise.all(Array.from({ length: pool.size }, (_, worker) => lane(worker)));
        round = plan.next(errors);
      }
      return round.value;
    } finally {
      await pool[Symbol.asyncDispose]();
    }
  };
  try {
    return await withDeadline(
      { signal, timeoutMs },
      async (stop) => {
        const made = await exportOf(module, make.export);
        stop.throwIfAborted(); // nobody waits any more, so that no worker is started
        const pool = startWorkers<Request, Answer>(wanted, answer);
        if (pool !== undefined) return shared(pool, stop);
        return searchOptions(made, series, { ...rest, ...budget.rest(), signal: stop });
      },
      clock,
    );
  } catch (error) {
    if ((error as { name?: unknown } | null)?.name === 'DataCloneError') {
      throw new MlError({
        kind: 'invalid',
        message: 'Options that are sent to workers must be plain data',
        cause: error,
      });
    }
    throw deadlineError(error, 'The trials');
  }
}

function addressOf({ module }: ForecasterModule): string {
  if (!URL.canParse(module)) {
    throw invalid(`module must be an address as from import.meta.resolve, not ${String(module)}`, { option: 'module' });
  }
  return new URL(module).href;
}

/** Loads it here too: what cannot be found is told before there are workers. */
async function exportOf(module: string, name: string): Promise<(options: object) => ForecasterLike> {
  let loaded: Record<string, unknown>;
  try {
    loaded = (await import(module)) as Record<string, unknown>;
  } catch (cause) {
    throw new MlError({ kind: 'invalid', message: `The module ${module} cannot be loaded`, cause });
  }
  const made = loaded[name];
  if (typeof made !== 'function') throw invalid(`The module exports no function ${name}`, { option: 'export' });
  return made as (options: object) => ForecasterLike;
}
