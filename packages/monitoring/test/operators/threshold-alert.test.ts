import type { Sample } from '@novacron/core';
import type { AlertEvent } from '@novacron/monitoring';
import { samples, thresholdAlert } from '@novacron/monitoring/stream';
import { describe, expect, it } from 'vitest';
import { from, lastValueFrom, map, Subject, toArray, type Observable } from 'rxjs';
import { asText, at, marbles } from './marbles.ts';

const busy = { name: 'busy', above: 0.9, forMs: 20 };

describe('thresholdAlert', () => {
  it('raises, holds and resolves by the time of the samples', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('a-b-c-d-e|', { a: at(0, 1), b: at(10, 1), c: at(20, 1), d: at(30, 1), e: at(40, 0) });
      expectObservable(source.pipe(thresholdAlert(busy), asText())).toBe('p---f---r|', {
        p: 'a pending at 0',
        f: 'a firing at 20',
        r: 'a resolved at 40',
      });
    });
  });

  it('raises the same alerts however fast the samples come', () => {
    const values = { a: at(0, 1), b: at(20, 1), c: at(30, 0) };
    const expected = { p: 'a pending at 0', f: 'a firing at 20', r: 'a resolved at 30' };
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot('(abc|)', values).pipe(thresholdAlert(busy), asText())).toBe('(pfr|)', expected);
      expectObservable(hot('a 60m b 60m c|', values).pipe(thresholdAlert(busy), asText())).toBe(
        'p 60m f 60m r|',
        expected,
      );
    });
  });

  it('keeps a state for each series and passes NaN, late samples and other metrics by', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('abcdefg|', {
        a: at(0, 1, 'a'),
        b: at(0, 0, 'b'),
        c: at(10, Number.NaN, 'a'),
        d: { ...at(15, 0, 'a'), metric: 'memory' },
        e: at(-5, 0, 'a'),
        f: at(20, 1, 'b'),
        g: at(20, 1, 'a'),
      });
      expectObservable(source.pipe(thresholdAlert({ ...busy, metric: 'cpu' }), asText())).toBe('p----qf|', {
        p: 'a pending at 0',
        q: 'b pending at 20',
        f: 'a firing at 20',
      });
    });
  });

  it('keeps its state for each subscriber', () => {
    marbles(({ hot, expectObservable }) => {
      const alerts = hot('a-b-c-|', { a: at(0, 1), b: at(20, 1), c: at(40, 1) }).pipe(thresholdAlert(busy), asText());
      expectObservable(alerts).toBe('p-f---|', { p: 'a pending at 0', f: 'a firing at 20' });
      expectObservable(alerts, '-^').toBe('--p-f-|', { p: 'a pending at 20', f: 'a firing at 40' });
    });
  });

  it('unsubscribes from its source, and passes its end and its error on', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('a-b-c-d', { a: at(0, 1), b: at(20, 1), c: at(30, 0), d: at(40, 1) });
      expectObservable(source.pipe(thresholdAlert(busy), asText()), '^--!').toBe('p-f', {
        p: 'a pending at 0',
        f: 'a firing at 20',
      });
      expectSubscriptions(source.subscriptions).toBe('^--!');
      expectObservable(hot<Sample>('--|').pipe(thresholdAlert(busy))).toBe('--|');
      expectObservable(hot<Sample>('--#').pipe(thresholdAlert(busy))).toBe('--#');
    });
  });

  it('stops at once when a subscriber leaves in the middle of events', () => {
    const source = new Subject<ReturnType<typeof at>>();
    const seen: AlertEvent[] = [];
    const subscription = source.pipe(thresholdAlert({ name: 'x', above: 0 })).subscribe((event) => {
      seen.push(event);
      subscription.unsubscribe();
    });
    source.next(at(0, 1));
    source.next(at(1, 0));
    expect(seen).toHaveLength(1);
    expect(source.observed).toBe(false);
  });

  it('refuses a wrong rule when it is made, not when it is subscribed to', () => {
    expect(() => thresholdAlert({ name: 'x' })).toThrow(expect.objectContaining({ code: 'NOVA_MONITORING_INVALID' }));
  });

  it('watches ten thousand series', async () => {
    const rounds = Array.from({ length: 5 }, (_, round) =>
      Array.from({ length: 10_000 }, (_, i) => at(round * 10, i % 100 === 0 ? 1 : 0, `vm-${i}`)),
    );
    const states: Observable<string[]> = from(rounds.flat()).pipe(
      thresholdAlert(busy),
      map(({ state }) => state),
      toArray(),
    );
    const counted = await lastValueFrom(states);
    expect(counted.filter((state) => state === 'pending')).toHaveLength(100);
    expect(counted.filter((state) => state === 'firing')).toHaveLength(100);
  });
});

describe('samples', () => {
  it('takes collections apart, in order, also empty ones', () => {
    const collection = (...values: number[]) => ({
      timeMs: 0,
      durationMs: 0,
      samples: values.map((value) => at(0, value)),
      errors: [],
    });
    marbles(({ hot, expectObservable }) => {
      const source = hot('a-b-c-|', { a: collection(1, 2), b: collection(), c: collection(3) });
      const values = source.pipe(
        samples(),
        map(({ value }) => value),
      );
      expectObservable(values).toBe('(xy)z-|', { x: 1, y: 2, z: 3 });
    });
  });
});
