import { thresholdEvaluator, type ThresholdRule } from '@novacron/monitoring';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, stepsOf } from './steps.ts';

function evaluator(rule: Partial<ThresholdRule> = {}) {
  return thresholdEvaluator({ name: 'busy', above: 0.9, ...rule });
}

describe('a threshold alert', () => {
  it('fires at once without a duration, and resolves when the value is back', () => {
    expect(stepsOf(evaluator(), [at(0, 0.5), at(1, 0.95), at(2, 0.99), at(3, 0.9), at(4, 0.1)])).toEqual([
      'a firing at 1',
      'a resolved at 3',
    ]);
  });

  it('is pending until its condition has held for long enough', () => {
    const samples = [at(0, 1), at(10, 1), at(29, 1), at(30, 1), at(40, 1), at(50, 0)];
    expect(stepsOf(evaluator({ forMs: 30_000 }), samples)).toEqual([
      'a pending at 0',
      'a firing at 30',
      'a resolved at 50',
    ]);
  });

  it('becomes inactive, not resolved, when it was only pending, and counts from the start again', () => {
    const samples = [at(0, 1), at(20, 0), at(25, 1), at(40, 1), at(55, 1)];
    expect(stepsOf(evaluator({ forMs: 30_000 }), samples)).toEqual([
      'a pending at 0',
      'a inactive at 20',
      'a pending at 25',
      'a firing at 55',
    ]);
  });

  it('tells what a reader of the alert needs', () => {
    const rule = evaluator({ severity: 'critical', forMs: 5_000, annotations: { summary: 'CPU is busy' } });
    rule.next(at(10, 0.95));
    expect(rule.next(at(20, 0.99))).toEqual([
      {
        name: 'busy',
        state: 'firing',
        severity: 'critical',
        metric: 'cpu',
        labels: { vm: 'a' },
        value: 0.99,
        startsAtMs: 10_000,
        timeMs: 20_000,
        annotations: { summary: 'CPU is busy' },
      },
    ]);
    expect(evaluator().next(at(0, 1))[0]).toMatchObject({ severity: 'warning', annotations: {} });
  });

  it('watches for low values too', () => {
    const low = thresholdEvaluator({ name: 'idle', below: 0.1 });
    expect(stepsOf(low, [at(0, 0.1), at(1, 0.05), at(2, 0.1)])).toEqual(['a firing at 1', 'a resolved at 2']);
  });

  it('watches each series by itself, whatever the order of labels', () => {
    const samples = [at(0, 1, 'a'), at(0, 0, 'b'), at(1, 1, 'b'), at(2, 0, 'a')];
    expect(stepsOf(evaluator(), samples)).toEqual(['a firing at 0', 'b firing at 1', 'a resolved at 2']);
    const two = evaluator();
    two.next({ metric: 'cpu', labels: { vm: 'a', zone: '1' }, timeMs: 0, value: 1 });
    expect(two.next({ metric: 'cpu', labels: { zone: '1', vm: 'a' }, timeMs: 1, value: 0 })).toHaveLength(1);
    expect(two.size).toBe(1);
  });

  it('is only about the metric and the labels of its rule', () => {
    const rule = evaluator({ metric: 'cpu', labels: { vm: { op: 'prefix', value: 'web-' } } });
    const samples = [at(0, 1, 'db-1'), { ...at(0, 1, 'web-1'), metric: 'memory' }, at(0, 1, 'web-2')];
    expect(stepsOf(rule, samples)).toEqual(['web-2 firing at 0']);
    expect(rule.size).toBe(1);
  });

  it('is not moved by NaN, but by infinity', () => {
    const nan = Number.NaN;
    expect(stepsOf(evaluator(), [at(0, nan), at(1, 1), at(2, nan), at(3, Infinity), at(4, -Infinity)])).toEqual([
      'a firing at 1',
      'a resolved at 4',
    ]);
  });

  it('is not moved by late samples, doubles and times that are none', () => {
    const samples = [at(10, 1), at(5, 0), at(10, 0), at(Number.NaN, 0), at(Infinity, 0), at(11, 1)];
    expect(stepsOf(evaluator(), samples)).toEqual(['a firing at 10']);
  });

  it('starts anew after a long silence: what was before is not known to have gone on', () => {
    const rule = evaluator({ forMs: 30_000, staleAfterMs: 100_000 });
    expect(stepsOf(rule, [at(0, 1), at(30, 1), at(131, 1), at(161, 1)])).toEqual([
      'a pending at 0',
      'a firing at 30',
      'a resolved at 131',
      'a pending at 131',
      'a firing at 161',
    ]);
  });

  it('ends when its series is gone, as the time of the others tells', () => {
    const rule = evaluator({ staleAfterMs: 100_000, forMs: 10_000 });
    const samples = [
      at(0, 1, 'gone'),
      at(10, 1, 'gone'),
      at(10, 1, 'pending'),
      ...[50, 100, 150].map((s) => at(s, 0, 'b')),
    ];
    expect(stepsOf(rule, samples)).toEqual([
      'gone pending at 0',
      'gone firing at 10',
      'pending pending at 10',
      'gone resolved at 150',
      'pending inactive at 150',
    ]);
    expect(rule.size).toBe(1);
  });

  it('notices its own silence between two looks at all series', () => {
    const rule = evaluator({ staleAfterMs: 100_000 });
    const samples = [at(0, 1, 'a'), at(30, 0, 'b'), at(60, 0, 'b'), at(90, 0, 'b'), at(110, 1, 'a')];
    expect(stepsOf(rule, samples)).toEqual(['a firing at 0', 'a resolved at 110', 'a firing at 110']);
  });

  it('ends when it is told that time has passed', () => {
    const rule = evaluator({ staleAfterMs: 100_000 });
    rule.next(at(0, 1));
    expect(rule.advance(90_000)).toEqual([]);
    const [event] = rule.advance(130_000);
    expect(event).toMatchObject({ state: 'resolved', timeMs: 130_000, startsAtMs: 0 });
    expect(event).not.toHaveProperty('value');
  });

  it('goes on with a clock that was set back, or far ahead and back', () => {
    const rule = evaluator({ staleAfterMs: 100_000 });
    const samples = [at(1_000_000, 1), at(0, 1), at(1, 0), at(9_000_000, 0), at(2, 1)];
    expect(stepsOf(rule, samples)).toEqual([
      'a firing at 1000000',
      'a resolved at 0',
      'a firing at 0',
      'a resolved at 1',
      'a firing at 2',
    ]);
  });

  it('does not hold more series than are alive', () => {
    const rule = evaluator({ staleAfterMs: 60_000 });
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 10_000; i++) rule.next(at(round * 60, 0.5, `vm-${round * 1_000 + i}`));
    }
    expect(rule.size).toBeLessThan(14_000);
  });

  it('refuses rules that make no sense', () => {
    const wrong: Partial<ThresholdRule>[] = [
      { above: undefined },
      { below: 0.1 },
      { above: Number.NaN },
      { above: undefined, below: Infinity },
      { forMs: -1 },
      { forMs: Number.NaN },
      { staleAfterMs: -5 },
      { labels: { vm: { op: '~' } as never } },
    ];
    for (const rule of wrong) {
      expect(() => evaluator(rule)).toThrow(expect.objectContaining({ code: 'NOVA_MONITORING_INVALID' }));
    }
  });

  it('steps through its states in order, whatever comes', () => {
    const next: Record<string, readonly string[]> = {
      none: ['pending', 'firing'],
      pending: ['inactive', 'firing'],
      inactive: ['pending', 'firing'],
      firing: ['resolved'],
      resolved: ['pending', 'firing'],
    };
    const samples = fc.array(fc.tuple(fc.nat({ max: 500 }), fc.double({ min: 0, max: 2 })), { maxLength: 100 });
    fc.assert(
      fc.property(samples, fc.nat({ max: 60 }), (list, forSeconds) => {
        const rule = evaluator({ forMs: forSeconds * 1_000, staleAfterMs: 200_000 });
        let state = 'none';
        for (const [seconds, value] of list) {
          for (const event of rule.next(at(seconds, value))) {
            expect(next[state]).toContain(event.state);
            if (event.state === 'firing')
              expect(event.timeMs - event.startsAtMs).toBeGreaterThanOrEqual(forSeconds * 1_000);
            state = event.state;
          }
        }
      }),
    );
  });
});
