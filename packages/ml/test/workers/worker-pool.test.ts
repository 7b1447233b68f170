import { describe, expect, it } from 'vitest';
import { startWorkers, type WorkerPool } from '../../src/workers/worker-pool.ts';

type Answer = { readonly value: number };
const start = (answer: string): WorkerPool<number, Answer> => startWorkers<number, Answer>(2, answer) as never;
const soon = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('startWorkers', { timeout: 30_000 }, () => {
  it('has each worker answer what it was asked', async () => {
    await using pool = start('(_, request) => ({ value: 2 * request })');
    const answers = await Promise.all([pool.ask(0, 4), pool.ask(1, 5)]);
    expect(answers).toEqual([{ value: 8 }, { value: 10 }]);
    expect(await pool.ask(0, 6)).toEqual({ value: 12 });
  });

  it('outlives a worker that fails while nobody asks it anything, and says so to who asks next', async () => {
    await using pool = start(`(_, request) => {
      if (request > 4) setTimeout(() => { throw new RangeError('late'); }, 50);
      return { value: request };
    }`);
    expect(await Promise.all([pool.ask(0, 5), pool.ask(1, 1)])).toEqual([{ value: 5 }, { value: 1 }]);
    await soon(400); // an error that nobody listens to would fail this run
    await expect(pool.ask(0, 1)).rejects.toMatchObject({ code: 'NOVA_ML_INTERNAL', cause: { message: 'late' } });
    expect(await pool.ask(1, 3)).toEqual({ value: 3 });
  });

  it('rejects what is asked of a worker that has ended', async () => {
    await using pool = start('() => process.exit(0)');
    await expect(pool.ask(0, 1)).rejects.toMatchObject({ code: 'NOVA_ML_INTERNAL' });
    await expect(pool.ask(0, 1)).rejects.toMatchObject({ code: 'NOVA_ML_INTERNAL' });
  });
});
