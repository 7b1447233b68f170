import { toAsyncIterable } from '@novacron/monitoring/stream';
import { concat, from, interval, NEVER, of, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

describe('toAsyncIterable', () => {
  it('gives all values, those that came before the reading too, and ends', async () => {
    const source = new Subject<number>();
    const values = toAsyncIterable(source);
    source.next(1);
    source.next(2);
    setTimeout(() => {
      source.next(3);
      source.complete();
    }, 5);
    expect(await all(values)).toEqual([1, 2, 3]);
    expect(await values.next()).toEqual({ done: true, value: undefined });
  });

  it('gives values that are undefined', async () => {
    expect(await all(toAsyncIterable(of(undefined, null, 0)))).toEqual([undefined, null, 0]);
  });

  it('throws the error of the stream after the values before it, once', async () => {
    const values = toAsyncIterable(
      concat(
        of(1, 2),
        throwError(() => new Error('broken')),
      ),
    );
    expect((await values.next()).value).toBe(1);
    expect((await values.next()).value).toBe(2);
    await expect(values.next()).rejects.toThrow('broken');
    expect((await values.next()).done).toBe(true);
  });

  it('unsubscribes when the loop is left', async () => {
    const source = new Subject<number>();
    const values = toAsyncIterable(source);
    source.next(1);
    source.next(2);
    for await (const value of values) if (value === 1) break;
    expect(source.observed).toBe(false);
    expect((await values.next()).done).toBe(true);
  });

  it('ends without an error when the signal fires, before or during the wait', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 5);
    expect(await all(toAsyncIterable(concat(of(1), NEVER), { signal: stop.signal }))).toEqual([1]);
    const source = new Subject<number>();
    expect(await all(toAsyncIterable(source, { signal: AbortSignal.abort() }))).toEqual([]);
    expect(source.observed).toBe(false);
  });

  it('drops values when the reader is too slow, as it is told, and counts them', async () => {
    const numbers = Array.from({ length: 10 }, (_, i) => i);
    const latest = toAsyncIterable(from(numbers), { highWaterMark: 3 });
    const first = toAsyncIterable(from(numbers), { highWaterMark: 3, policy: 'drop-newest' });
    expect(latest.dropped).toBe(7);
    expect(first.dropped).toBe(7);
    expect(await all(latest)).toEqual([7, 8, 9]);
    expect(await all(first)).toEqual([0, 1, 2]);
  });

  it('serves several readers that wait at the same time, each value once', async () => {
    const values = toAsyncIterable(interval(1));
    const [a, b, c] = await Promise.all([values.next(), values.next(), values.next()]);
    expect([a, b, c].map(({ value }) => value)).toEqual([0, 1, 2]);
    const waiting = [values.next(), values.next()];
    await values.return?.();
    expect((await Promise.all(waiting)).map(({ done }) => done)).toEqual([true, true]);
  });

  it('refuses a queue without room', () => {
    for (const highWaterMark of [0, Number.NaN]) {
      expect(() => toAsyncIterable(of(1), { highWaterMark })).toThrow(expect.objectContaining({ kind: 'invalid' }));
    }
  });
});
