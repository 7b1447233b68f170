import { absenceEvaluator, type AbsenceRule } from '@novacron/monitoring';
import { describe, expect, it } from 'vitest';
import { at, stepsOf, textOf } from './steps.ts';

function evaluator(rule: Partial<AbsenceRule> = {}) {
  return absenceEvaluator({ name: 'silent', forMs: 60_000, ...rule });
}

describe('an absence alert', () => {
  it('fires when the time of other series shows that one is silent, and resolves when it is back', () => {
    const samples = [at(0, 1, 'a'), at(0, 1, 'b'), at(30, 1, 'b'), at(60, 1, 'b'), at(70, 1, 'a'), at(80, 1, 'b')];
    expect(stepsOf(evaluator(), samples)).toEqual(['a firing at 60', 'a resolved at 70']);
  });

  it('fires when it is told the time and nothing comes', () => {
    const rule = evaluator();
    rule.next(at(0, 5, 'a'));
    expect(rule.nextDueMs).toBe(60_000);
    expect(rule.advance(59_999)).toEqual([]);
    const [event] = rule.advance(60_000);
    expect(event).toMatchObject({ state: 'firing', startsAtMs: 0, timeMs: 60_000 });
    expect(event).not.toHaveProperty('value');
    expect(rule.next(at(61, 5, 'a'))[0]).toMatchObject({ state: 'resolved', value: 5, startsAtMs: 0 });
  });

  it('takes NaN for silence, and so a series of NaN only for none', () => {
    const rule = evaluator();
    const samples = [at(0, 1, 'a'), at(30, Number.NaN, 'a'), at(60, Number.NaN, 'b')];
    expect(stepsOf(rule, samples)).toEqual(['a firing at 60']);
    expect(rule.size).toBe(1);
  });

  it('watches only its metric, but takes the time from all', () => {
    const rule = evaluator({ metric: 'cpu', labels: { vm: 'a' } });
    const other = (seconds: number) => ({ ...at(seconds, 1, 'x'), metric: 'memory' });
    expect(stepsOf(rule, [at(0, 1, 'a'), at(0, 1, 'b'), other(59), other(60)])).toEqual(['a firing at 60']);
    expect(rule.size).toBe(1);
  });

  it('is not resolved by a late sample from before the silence', () => {
    const rule = evaluator();
    const samples = [at(0, 1, 'a'), at(100, 1, 'b'), at(-5, 1, 'a'), at(20, 1, 'a'), at(101, 1, 'b'), at(90, 1, 'a')];
    expect(stepsOf(rule, samples)).toEqual(['a firing at 100', 'a resolved at 90']);
  });

  it('fires for every one of many', () => {
    const rule = evaluator();
    for (let i = 0; i < 1_000; i++) rule.next(at(i / 100, 1, `vm-${i}`));
    expect(rule.advance(65_000)).toHaveLength(501);
    expect(rule.advance(70_000)).toHaveLength(499);
    expect(rule.advance(80_000)).toEqual([]);
  });

  it('forgets a series that does not come back, and resolves its alert', () => {
    const rule = evaluator({ forgetAfterMs: 600_000 });
    rule.next(at(0, 1, 'a'));
    expect(rule.advance(60_000).map(textOf)).toEqual(['a firing at 60']);
    expect(rule.advance(600_000).map(textOf)).toEqual(['a resolved at 600']);
    expect(rule.size).toBe(0);
    expect(rule.nextDueMs).toBe(Infinity);
    expect(stepsOf(rule, [at(700, 1, 'a')])).toEqual([]);
  });

  it('says both when time leaps over silence and forgetting', () => {
    const rule = evaluator({ forgetAfterMs: 600_000 });
    rule.next(at(0, 1, 'a'));
    expect(rule.advance(1e9).map(({ state }) => state)).toEqual(['firing', 'resolved']);
    expect(rule.size).toBe(0);
  });

  it('does not hold more series than were heard lately', () => {
    const rule = evaluator({ forgetAfterMs: 120_000 });
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 10_000; i++) rule.next(at(round * 60, 1, `vm-${round * 1_000 + i}`));
    }
    expect(rule.size).toBeLessThan(14_000);
  });

  it('follows a clock that was set back', () => {
    const rule = evaluator({ forgetAfterMs: 600_000 });
    const samples = [at(10_000, 1, 'a'), at(10_000, 1, 'b'), at(0, 1, 'b'), at(59, 1, 'b'), at(60, 1, 'b')];
    expect(stepsOf(rule, samples)).toEqual(['a firing at 60']);
    expect(rule.nowMs).toBe(60_000);
  });

  it('pays no attention to times that are none', () => {
    const rule = evaluator();
    expect(stepsOf(rule, [at(0, 1), at(Number.NaN, 1), at(Infinity, 1), at(59, 1)])).toEqual([]);
    expect(rule.nowMs).toBe(59_000);
  });

  it('refuses durations that make no sense', () => {
    for (const rule of [
      { forMs: 0 },
      { forMs: -1 },
      { forMs: Number.NaN },
      { forgetAfterMs: 1 },
      { forgetAfterMs: Number.NaN },
    ]) {
      expect(() => evaluator(rule)).toThrow(expect.objectContaining({ code: 'NOVA_MONITORING_INVALID' }));
    }
  });
});
