import { hysteresisEvaluator, type HysteresisRule } from '@novacron/monitoring';
import { describe, expect, it } from 'vitest';
import { at, stepsOf } from './steps.ts';

function evaluator(rule: Partial<HysteresisRule> = {}) {
  return hysteresisEvaluator({ name: 'full', raise: 0.9, clear: 0.8, ...rule });
}

describe('a hysteresis alert', () => {
  it('does not flap about its limit', () => {
    const samples = [0.89, 0.91, 0.89, 0.92, 0.81, 0.8, 0.79, 0.85, 0.9].map((value, i) => at(i, value));
    expect(stepsOf(evaluator(), samples)).toEqual(['a firing at 1', 'a resolved at 6']);
  });

  it('works for low values when the limit to clear is above the one to raise', () => {
    const samples = [20, 9, 15, 21, 12].map((value, i) => at(i, value));
    expect(stepsOf(evaluator({ raise: 10, clear: 20 }), samples)).toEqual(['a firing at 1', 'a resolved at 3']);
  });

  it('stays pending between the limits, and fires when it has for long enough', () => {
    const rule = evaluator({ forMs: 10_000 });
    expect(stepsOf(rule, [at(0, 0.95), at(5, 0.85), at(10, 0.85), at(11, 0.7)])).toEqual([
      'a pending at 0',
      'a firing at 10',
      'a resolved at 11',
    ]);
    expect(stepsOf(rule, [at(20, 0.95), at(22, 0.79), at(23, 0.85)])).toEqual(['a pending at 20', 'a inactive at 22']);
  });

  it('keeps the state of each series', () => {
    expect(stepsOf(evaluator(), [at(0, 1, 'a'), at(0, 0.85, 'b'), at(1, 0.85, 'a'), at(1, 0.95, 'b')])).toEqual([
      'a firing at 0',
      'b firing at 1',
    ]);
  });

  it('is not moved by NaN and late samples', () => {
    expect(stepsOf(evaluator(), [at(5, 1), at(6, Number.NaN), at(4, 0), at(7, 0.85)])).toEqual(['a firing at 5']);
  });

  it('refuses limits that make no sense', () => {
    const wrong: Partial<HysteresisRule>[] = [
      { raise: 0.8 },
      { raise: Number.NaN },
      { clear: Infinity },
      { forMs: -1 },
    ];
    for (const rule of wrong) {
      expect(() => evaluator(rule)).toThrow(expect.objectContaining({ code: 'NOVA_MONITORING_INVALID' }));
    }
  });
});
