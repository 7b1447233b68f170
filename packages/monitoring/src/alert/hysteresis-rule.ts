import { invalidInput } from '../error.ts';
import { checkLimit, type AlertEvaluator } from './alert-rule.ts';
import { conditionEvaluator, type ConditionRule } from './condition-evaluator.ts';

/** An alert with one limit to begin and another to end, so that a value that wavers about a limit does not flap. */
export interface HysteresisRule extends ConditionRule {
  /** The condition begins beyond this value. In the metric's unit. */
  readonly raise: number;
  /**
   * The condition ends beyond this value, in the other direction. In the metric's unit. Less than `raise` means that
   * high values are bad, greater that low ones are.
   */
  readonly clear: number;
}

/**
 * Decides on alerts of a hysteresis rule; see {@link ConditionRule} for how time, late and missing values count.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when a limit is not finite or both are the same.
 *
 * @example
 * ```ts
 * import { hysteresisEvaluator } from '@novacron/monitoring';
 *
 * const evaluator = hysteresisEvaluator({ name: 'disk full', raise: 0.9, clear: 0.8 });
 * const at = (timeMs: number, value: number) =>
 *   evaluator.next({ metric: 'system.filesystem.utilization', labels: {}, timeMs, value }).map(({ state }) => state);
 * at(0, 0.91) // => ['firing']
 * at(1_000, 0.85) // => []
 * at(2_000, 0.79) // => ['resolved']
 * ```
 */
export function hysteresisEvaluator(rule: HysteresisRule): AlertEvaluator {
  const { raise, clear } = rule;
  checkLimit(rule, 'raise', raise);
  checkLimit(rule, 'clear', clear);
  if (raise === clear) {
    throw invalidInput(`raise and clear of alert ${rule.name} must differ, both are ${raise}`, { alert: rule.name });
  }
  return conditionEvaluator(
    rule,
    raise > clear
      ? (value, active) => (active ? value >= clear : value > raise)
      : (value, active) => (active ? value <= clear : value < raise),
  );
}
