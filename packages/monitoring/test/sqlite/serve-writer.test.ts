import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { answerTasks, optionsIn } from '../../src/sqlite/serve-writer.ts';
import { threadMark } from '../../src/sqlite/writer-link.ts';
import type { WriterOptions } from '../../src/sqlite/writer-tasks.ts';
import { temporaryPath } from './temporary-path.ts';

const optionsFor = (path: string): WriterOptions => ({
  path,
  synchronous: 'normal',
  maxSizeBytes: Infinity,
  chunkSamples: 120,
  mergedSamples: 1_920,
  rollups: false,
});

/** A writer at the other end of a channel; gives what it answers to each message. */
function writerAt(path: string): { first: Promise<unknown>; ask(message: unknown): Promise<unknown>; close(): void } {
  const { port1, port2 } = new MessageChannel();
  const first = once(port1, 'message').then(([answer]: unknown[]) => answer);
  answerTasks(port2, optionsFor(path));
  const ask = async (message: unknown): Promise<unknown> => {
    const answered = once(port1, 'message');
    port1.postMessage(message);
    return ((await answered) as unknown[])[0];
  };
  return { first, ask, close: () => port1.close() };
}

describe('a writer in a thread', () => {
  it('says that it is ready, does what it is told and answers with the number it was given', async () => {
    const writer = writerAt(temporaryPath());
    expect(await writer.first).toEqual({ id: 0, result: undefined });
    const series = [{ ref: 3, metric: 'm', labels: '{}' }];
    const batch = { refs: Uint32Array.of(3), timesMs: Float64Array.of(1), values: Float64Array.of(1) };
    const commit = { series, rows: [{ number: 1, batch }], logBefore: 0 };
    expect(await writer.ask({ id: 7, task: 'commit', values: [commit] })).toEqual({ id: 7, result: undefined });
    expect(await writer.ask({ id: 8, task: 'isOver', values: [1e9] })).toEqual({ id: 8, result: false });
    expect(await writer.ask({ id: 9, task: 'close', values: [] })).toEqual({ id: 9, result: undefined });
    writer.close();
  });

  it('answers with what hinders it, and goes on', async () => {
    const writer = writerAt(temporaryPath());
    await writer.first;
    const series = [{ ref: 3, metric: 'm', labels: '{}' }];
    const twice = { series: [...series, ...series], rows: [], logBefore: 0 };
    expect(await writer.ask({ id: 1, task: 'commit', values: [twice] })).toMatchObject({
      id: 1,
      error: { kind: 'internal' },
    });
    expect(await writer.ask({ id: 2, task: 'commit', values: [{ series, rows: [], logBefore: 0 }] })).toEqual({
      id: 2,
      result: undefined,
    });
    await writer.ask({ id: 3, task: 'close', values: [] });
    writer.close();
  });

  it('says why it can not open the file', async () => {
    const writer = writerAt(join(dirname(temporaryPath()), 'nowhere', 'metrics.db'));
    expect(await writer.first).toMatchObject({ id: 0, error: { code: 'NOVA_MONITORING_NOT_FOUND' } });
    writer.close();
  });

  it('runs only where a store asked for it', () => {
    const options = optionsFor('metrics.db');
    expect(optionsIn({ [threadMark]: options })).toBe(options);
    for (const data of [undefined, null, 7, {}, { other: options }]) expect(optionsIn(data)).toBeUndefined();
  });
});
