import { MlError } from '../../error.ts';
import type { AutoForecast, AutoForecastOptions } from './auto-forecast.ts';

/** A forecast that travelled between threads: everything but the model. */
export type ManyForecast = Omit<AutoForecast, 'fitted'>;

/** A forecast, or the error that took its place, as threads can send it. */
export type SentOutcome =
  | { readonly forecast: ManyForecast }
  | { readonly error: Pick<MlError, 'kind' | 'code' | 'message' | 'details'> };

/** What a worker is asked. */
export interface ForecastRequest {
  /** The series. */
  readonly batch: readonly ArrayLike<number>[];
  /** What is wanted of each. */
  readonly options: AutoForecastOptions;
}

/** Threads that forecast batches. */
export interface WorkerPool extends AsyncDisposable {
  /** How many there are. */
  readonly size: number;
  /** Has one of them forecast a batch; one batch at a time. */
  ask(worker: number, request: ForecastRequest): Promise<readonly SentOutcome[]>;
}

/** It loads the package by address and answers batches; an error of the package is an answer. */
const script = `
const { parentPort, workerData } = require('node:worker_threads');
import(workerData).then(({ autoForecast, MlError }) => {
  parentPort.on('message', ({ batch, options }) => {
    parentPort.postMessage(batch.map((values) => {
      try {
        const { fitted, ...forecast } = autoForecast(values, options);
        return { forecast };
      } catch (error) {
        if (!MlError.isInstance(error)) throw error;
        const { kind, code, message, details } = error;
        return { error: { kind, code, message, details } };
      }
    }));
  });
});`;

/**
 * Starts workers, from the sources as well as from the built package.
 *
 * @returns nothing where there are no worker threads, as in a browser.
 */
export function startWorkers(size: number): WorkerPool | undefined {
  if (typeof process === 'undefined' || typeof process.getBuiltinModule !== 'function') return undefined;
  const threads = process.getBuiltinModule('node:worker_threads');
  const { url } = import.meta;
  if (!url.startsWith('file:')) return undefined;
  const fromSource = url.endsWith('.ts');
  const workerData = new URL(fromSource ? '../../index.ts' : './index.js', url).href;
  const execArgv = fromSource ? ['--conditions=@novacron/source', '--disable-warning=ExperimentalWarning'] : [];
  const workers = Array.from({ length: size }, () => new threads.Worker(script, { eval: true, workerData, execArgv }));
  return {
    size,
    ask: (index, request) =>
      new Promise((resolve, reject) => {
        const worker = workers[index] as (typeof workers)[number];
        const settle = (): void => {
          worker.off('message', answered).off('error', broken).off('exit', ended);
        };
        const answered = (answer: readonly SentOutcome[]): void => {
          settle();
          resolve(answer);
        };
        const broken = (cause: unknown): void => {
          settle();
          reject(new MlError({ kind: 'internal', message: 'A worker that forecasts has failed', cause }));
        };
        const ended = (): void => broken(undefined);
        worker.on('message', answered).on('error', broken).on('exit', ended);
        worker.postMessage(request, []);
      }),
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
