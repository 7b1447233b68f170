import { describe, expect, it } from 'vitest';
import { QueryGate } from '../../src/http/query-gate.ts';

/** A query that ends when it is told. */
function held(): { readonly query: () => Promise<string>; end(): void; readonly ran: () => boolean } {
  let isRunning = false;
  let resolve: (value: string) => void = () => {};
  const promise = new Promise<string>((done) => (resolve = done));
  const query = (): Promise<string> => {
    isRunning = true;
    return promise;
  };
  return { query, end: () => resolve('done'), ran: () => isRunning };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('the gate of queries', () => {
  it('lets so many run at once, and the others in their order', async () => {
    const gate = new QueryGate(2, 10);
    const all = [held(), held(), held(), held()];
    const answers = all.map(({ query }) => gate.run(query));
    await settled();
    expect(all.map(({ ran }) => ran())).toEqual([true, true, false, false]);
    all[1]?.end();
    await settled();
    expect(all.map(({ ran }) => ran())).toEqual([true, true, true, false]);
    for (const each of all) each.end();
    expect(await Promise.all(answers)).toEqual(['done', 'done', 'done', 'done']);
  });

  it('lets go of those who give up or whose time is up, and gives their places to others', async () => {
    const gate = new QueryGate(1, 2);
    const [running, first, second, third] = [held(), held(), held(), held()];
    const answer = gate.run(running.query);
    const abort = new AbortController();
    const aborted = gate.run(first.query, { signal: abort.signal });
    const late = gate.run(second.query, { timeoutMs: 10 });
    await expect(gate.run(third.query)).rejects.toMatchObject({ code: 'NOVA_MONITORING_UNAVAILABLE' });
    abort.abort();
    await expect(aborted).rejects.toMatchObject({ kind: 'aborted' });
    await expect(late).rejects.toMatchObject({ kind: 'timeout' });
    const waiting = [gate.run(third.query), gate.run(async () => 'last')];
    running.end();
    third.end();
    expect(await Promise.all([answer, ...waiting])).toEqual(['done', 'done', 'last']);
    expect([first.ran(), second.ran()]).toEqual([false, false]);
    expect(await gate.run(async () => 'again')).toBe('again');
  });

  it('goes on when a query fails', async () => {
    const gate = new QueryGate(1, 1);
    const failing = gate.run(() => Promise.reject(new Error('no')));
    const next = gate.run(async () => 'next');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('next');
  });
});
