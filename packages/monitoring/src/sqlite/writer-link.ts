import { Worker } from 'node:worker_threads';
import { NovaError, type ErrorKind } from '@novacron/core';
import { MonitoringError } from '../error.ts';
import type { Commit, WriterOptions } from './writer-tasks.ts';
import { Writer } from './writer.ts';

/** What a writer can be told to do. */
export type WriterTask =
  | 'commit'
  | 'retain'
  | 'compact'
  | 'remove'
  | 'isOver'
  | 'oldestEnds'
  | 'shrink'
  | 'vacuum'
  | 'snapshot'
  | 'close';

/** What a task is told. */
export type TaskArguments<Task extends WriterTask> = Parameters<Writer[Task]>;

/** A store's writer, wherever it runs. Tasks are done one after the other. */
export interface WriterLink {
  run<Task extends WriterTask>(task: Task, ...values: TaskArguments<Task>): Promise<ReturnType<Writer[Task]>>;
  /** Ends it, when all that it was told is done. */
  close(): Promise<void>;
}

/** An error on its way between threads. */
export interface SentError {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;
  readonly cause?: string | undefined;
}

/** What the thread answers. */
export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: SentError };

/** Tells the store's own threads from others that load its module. */
export const threadMark = 'novacron.store-writer';

/**
 * A writer in the calling thread.
 *
 * @throws {MonitoringError} when the file can't be opened; see `sqliteStore`.
 */
export function writerHere(options: WriterOptions): WriterLink {
  const writer = new Writer(options);
  return {
    run: async (task, ...values) => call(writer, task, values) as never,
    close: async () => writer.close(),
  };
}

/** Runs a task. */
export function call(writer: Writer, task: WriterTask, values: readonly unknown[]): unknown {
  return (writer[task] as (...given: readonly unknown[]) => unknown).call(writer, ...values);
}

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A writer in a thread of its own.
 *
 * @param entry - The module to run there: the package's `sqlite` entry.
 * @throws {MonitoringError} when the file can't be opened; see `sqliteStore`.
 */
export async function writerThread(options: WriterOptions, entry: URL): Promise<WriterLink> {
  const fromSources = entry.pathname.endsWith('.ts');
  const worker = new Worker(entry, {
    workerData: { [threadMark]: options },
    name: 'novacron-store',
    execArgv: [
      '--disable-warning=ExperimentalWarning',
      ...(fromSources ? ['--conditions=@novacron/source', '--experimental-strip-types'] : []),
    ],
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  const pending = new Map<number, Pending>();
  let ended: MonitoringError | undefined;
  let nextId = 1;
  const fail = (cause?: unknown): void => {
    const message = 'The thread that writes the store file has ended';
    const error = new MonitoringError({ kind: 'unavailable', message, retryable: false, cause });
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
    ended = error;
  };
  const expect = (id: number): Promise<never> =>
    new Promise((resolve, reject) => {
      if (ended !== undefined) return reject(ended);
      // As long as it has something to do, and only then, the thread keeps the process alive.
      if (pending.size === 0) worker.ref();
      pending.set(id, { resolve, reject });
    });
  worker.on('message', (answer: Answer) => {
    const waiting = pending.get(answer.id);
    pending.delete(answer.id);
    if (pending.size === 0) worker.unref();
    if ('error' in answer) waiting?.reject(receivedError(answer.error));
    else waiting?.resolve(answer.result as never);
  });
  worker.on('error', fail);
  worker.on('exit', () => fail());
  try {
    await expect(0);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  const run: WriterLink['run'] = (task, ...values) => {
    const id = nextId++;
    const answer = expect(id);
    if (ended === undefined) worker.postMessage({ id, task, values }, givenAway(task, values));
    return answer;
  };
  const close = async (): Promise<void> => {
    try {
      await run('close');
    } finally {
      await worker.terminate();
    }
  };
  return { run, close };
}

/** What a task is sent without a copy of it. */
function givenAway(task: WriterTask, values: readonly unknown[]): ArrayBuffer[] {
  if (task !== 'commit') return [];
  const [{ rows, cut }] = values as readonly [Commit];
  const columns = rows.flatMap(({ batch }) => [batch.refs, batch.timesMs, batch.values]);
  if (cut !== undefined) columns.push(cut.timesMs, cut.values);
  return columns.map(({ buffer }) => buffer as ArrayBuffer);
}

/** An error as it is sent. */
export function sentError(error: unknown): SentError {
  if (!NovaError.isInstance(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      kind: 'internal',
      code: 'NOVA_MONITORING_INTERNAL',
      message,
      retryable: false,
      details: {},
      cause: message,
    };
  }
  const { kind, code, message, retryable, details, cause } = error;
  return { kind, code, message, retryable, details, cause: cause instanceof Error ? cause.message : undefined };
}

function receivedError({ cause, ...rest }: SentError): MonitoringError {
  return new MonitoringError({ ...rest, cause: cause === undefined ? undefined : new Error(cause) });
}
