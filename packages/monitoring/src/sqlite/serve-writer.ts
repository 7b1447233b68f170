import { isMainThread, parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { call, sentError, threadMark, type Answer, type WriterTask } from './writer-link.ts';
import type { WriterOptions } from './writer-tasks.ts';
import { Writer } from './writer.ts';

/** Where a writer is told what to do, and answers. */
export type WriterPort = Pick<MessagePort, 'on' | 'postMessage'>;

/** In a thread that a store started, opens the store's file and does what it is told; elsewhere nothing. */
export function serveWriter(): void {
  const options = optionsIn(workerData);
  if (!isMainThread && parentPort !== null && options !== undefined) answerTasks(parentPort, options);
}

/** Opens a store's file, says so or why not, and from then on does what messages tell, one after the other. */
export function answerTasks(port: WriterPort, options: WriterOptions): void {
  const answer = (id: number, task: () => unknown): void => {
    let message: Answer;
    try {
      message = { id, result: task() };
    } catch (error) {
      message = { id, error: sentError(error) };
    }
    port.postMessage(message);
  };
  let writer: Writer | undefined;
  answer(0, () => {
    writer = new Writer(options);
  });
  port.on('message', ({ id, task, values }: { id: number; task: WriterTask; values: readonly unknown[] }) => {
    if (writer !== undefined) answer(id, () => call(writer as Writer, task, values));
  });
}

/** What a store handed to its thread; nothing when it is another's. */
export function optionsIn(data: unknown): WriterOptions | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  return (data as Readonly<Record<string, WriterOptions>>)[threadMark];
}
