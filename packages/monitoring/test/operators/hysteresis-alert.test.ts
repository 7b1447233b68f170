import type { Sample } from '@novacron/core';
import { hysteresisAlert } from '@novacron/monitoring/stream';
import { describe, expect, it } from 'vitest';
import { asText, at, marbles } from './marbles.ts';

const full = { name: 'full', raise: 0.9, clear: 0.8 };

describe('hysteresisAlert', () => {
  it('holds between its limits', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('abcde|', { a: at(0, 0.95), b: at(1, 0.85), c: at(2, 0.91), d: at(3, 0.79), e: at(4, 0.85) });
      expectObservable(source.pipe(hysteresisAlert(full), asText())).toBe('f--r-|', {
        f: 'a firing at 0',
        r: 'a resolved at 3',
      });
    });
  });

  it('waits for its duration in sample time, and keeps a state for each series and subscriber', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('ab 1m c-d|', { a: at(0, 1), b: at(0, 0.85, 'b'), c: at(10, 0.85), d: at(11, 0.95, 'b') });
      const alerts = source.pipe(hysteresisAlert({ ...full, forMs: 10 }), asText());
      expectObservable(alerts).toBe('p- 1m f-q|', {
        p: 'a pending at 0',
        f: 'a firing at 10',
        q: 'b pending at 11',
      });
      expectObservable(alerts, '-^').toBe('-- 1m --q|', { q: 'b pending at 11' });
    });
  });

  it('passes NaN and late samples by, and the end and errors on', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('abc', { a: at(5, 1), b: at(6, Number.NaN), c: at(1, 0) });
      expectObservable(source.pipe(hysteresisAlert(full), asText()), '^---!').toBe('f', { f: 'a firing at 5' });
      expectSubscriptions(source.subscriptions).toBe('^---!');
      expectObservable(hot<Sample>('-|').pipe(hysteresisAlert(full))).toBe('-|');
      expectObservable(hot<Sample>('-#').pipe(hysteresisAlert(full))).toBe('-#');
    });
  });

  it('refuses a wrong rule when it is made', () => {
    expect(() => hysteresisAlert({ ...full, clear: 0.9 })).toThrow(/must differ/);
  });
});
