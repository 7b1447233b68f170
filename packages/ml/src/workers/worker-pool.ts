import { MlError } from '../error.ts';

/** Threads that answer requests. */
export interface WorkerPool<Request, Answer> extends AsyncDisposable {
  /** How many there are. */
  readonly size: number;
  /** Has one of them answer; one request at a time. */
  ask(worker: number, request: Request): Promise<Answer>;
}

/**
 * Starts workers, from the sources as well as from the built package.
 *
 * @param answer - The text of a function that is given this package and a request, and returns the answer or a promise.
 * @returns nothing where there are no worker threads, as in a browser.
 */
export function startWorkers<Request, Answer>(size: number, answer: string): WorkerPool<Request, Answer> | undefined {
  if (typeof process === 'undefined' || typeof process.getBuiltinModule !== 'function') return undefined;
  const threads = process.getBuiltinModule('node:worker_threads');
  const { url } = import.meta;
  if (!url.startsWith('file:')) return undefined;
  const fromSource = url.endsWith('.ts');
  const workerData = new URL(fromSource ? '../index.ts' : './index.js', url).href;
  const execArgv = fromSource ? ['--conditions=@novacron/source', '--disable-warning=ExperimentalWarning'] : [];
  const script = `
    const { parentPort, workerData } = require('node:worker_threads');
    const answer = ${answer};
    const ready = import(workerData);
    parentPort.on('message', async (request) => parentPort.postMessage(await answer(await ready, request)));`;
  const workers = Array.from({ length: size }, () => new threads.Worker(script, { eval: true, workerData, execArgv }));
  // A worker may fail while nobody asks it anything: an error that nobody hears of would end the process.
  const failures = new Map<number, unknown>();
  for (const [index, worker] of workers.entries()) {
    worker.on('error', (cause) => failures.set(index, cause));
    worker.on('exit', () => failures.set(index, failures.get(index)));
  }
  const failure = (cause: unknown): MlError => new MlError({ kind: 'internal', message: 'A worker has failed', cause });
  return {
    size,
    ask: (index, request) =>
      new Promise((resolve, reject) => {
        if (failures.has(index)) {
          reject(failure(failures.get(index)));
          return;
        }
        const worker = workers[index] as (typeof workers)[number];
        const settle = (): void => {
          worker.off('message', answered).off('error', broken).off('exit', ended);
        };
        const answered = (came: Answer): void => {
          settle();
          resolve(came);
        };
        const broken = (cause: unknown): void => {
          settle();
          reject(failure(cause));
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
