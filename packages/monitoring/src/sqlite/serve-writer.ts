import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { call, sentError, threadMark, type Answer, type WriterTask } from './writer-link.ts';
import type { WriterOptions } from './writer-tasks.ts';
import { Writer } from './writer.ts';

/** In a thread that a store started, opens the store's file and does what it is told; elsewhere nothing. */
export function serveWriter(): void {
  const options = optionsOfThread();
  if (isMainThread || parentPort === null || options === undefined) return;
  const port = parentPort;
  const answer = (message: Answer): void => port.postMessage(message);
  let writer: Writer;
  try {
    writer = new Writer(options);
  } catch (error) {
    answer({ id: 0, error: sentError(error) });
    return;
  }
  answer({ id: 0, result: undefined });
  port.on('message', ({ id, task, values }: { id: number; task: WriterTask; values: readonly unknown[] }) => {
    try {
      answer({ id, result: call(writer, task, values) });
    } catch (error) {
      answer({ id, error: sentError(error) });
    }
  });
}

function optionsOfThread(): WriterOptions | undefined {
  const data: unknown = workerData;
  if (typeof data !== 'object' || data === null) return undefined;
  return (data as Readonly<Record<string, WriterOptions>>)[threadMark];
}
