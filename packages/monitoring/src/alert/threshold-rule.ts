import { invalidInput } from '../error.ts';
import { checkLimit, type AlertEvaluator } from './alert-rule.ts';
import { conditionEvaluator, type ConditionRule } from './condition-evaluator.ts';

/** An alert on values beyond a limit: give `above` or `below`. */
export interface ThresholdRule extends ConditionRule {
  /** The condition holds while the value is greater. In the metric's unit. */
  readonly above?: number | undefined;
  /** The condition holds while the value is less. In the metric's unit. */
  readonly below?: number | undefined;
}

/**
 * Decides on alerts of a threshold rule; see {@link ConditionRule} for how time, late and missing values count.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when there is not exactly one limit, or a number makes no sense.
 *
 * @example
 * ```ts
 * import { thresholdEvaluator } from '@novacron/monitoring';
 *
 * const evaluator = thresholdEvaluator({ name: 'busy', above: 0.9, forMs: 60_000 });
 * const at = (timeMs: number, value: number) =>
 *   evaluator.next({ metric: 'system.cpu.utilization', labels: {}, timeMs, value }).map(({ state }) => state);
 * at(0, 0.95) // => ['pending']
 * at(60_000, 0.97) // => ['firing']
 * at(120_000, 0.2) // => ['resolved']
 * ```
 */
export function thresholdEvaluator(rule: ThresholdRule): AlertEvaluator {
  const { above, below } = rule;
  if ((above === undefined) === (below === undefined)) {
    throw invalidInput(`Alert ${rule.name} needs above or below, one of them`, { alert: rule.name });
  }
  if (above !== undefined) {
    checkLimit(rule, 'above', above);
    return conditionEvaluator(rule, (value) => value > above);
  }
  const limit = below as number;
  checkLimit(rule, 'below', limit);
  return conditionEvaluator(rule, (value) => value < limit);
}
