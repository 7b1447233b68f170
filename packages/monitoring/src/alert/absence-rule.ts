import { seriesKey, type Labels } from '@novacron/core';
import { invalidInput } from '../error.ts';
import { alertEvent, ruleFilter, type AlertEvaluator, type AlertRule } from './alert-rule.ts';
import type { AlertEvent } from './alert-event.ts';

/** An alert on series that fall silent. */
export interface AbsenceRule extends AlertRule {
  /**
   * How long a series must be silent before the alert fires, in milliseconds; above 0. Keep it above the interval of
   * the samples, twice is a good choice.
   */
  readonly forMs: number;
  /**
   * A series that is silent for this long is forgotten, and its alert resolved: it will not come back.
   * @default 86_400_000, a day, or 3 times `forMs` if that is more
   */
  readonly forgetAfterMs?: number | undefined;
}

/** Decides on alerts of an absence rule, and knows when it has to be told the time again. */
export interface AbsenceEvaluator extends AlertEvaluator {
  /** The next time, epoch milliseconds, at which silence would change something. Infinity when nothing is watched. */
  readonly nextDueMs: number;
  /** What it takes for the present, epoch milliseconds. -Infinity at first. */
  readonly nowMs: number;
}

interface Heard {
  readonly metric: string;
  readonly labels: Labels;
  startsAtMs: number;
  firing: boolean;
}

/**
 * Decides on alerts of an absence rule. A series is watched from its first sample on; one that was never there can't
 * be missed. A NaN, a value known to be missing, is silence.
 *
 * The time is the newest time of all samples, those of other metrics included, and what {@link AlertEvaluator.advance} says
 * when nothing at all comes any more. A sample further back than `forgetAfterMs` means that the clock was set back:
 * the time follows it.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when a duration makes no sense.
 *
 * @example
 * ```ts
 * import { absenceEvaluator } from '@novacron/monitoring';
 *
 * const evaluator = absenceEvaluator({ name: 'silent', forMs: 60_000 });
 * const sample = (vm: string, timeMs: number) => ({ metric: 'vm.up', labels: { vm }, timeMs, value: 1 });
 * evaluator.next(sample('web-1', 0)) // => []
 * evaluator.next(sample('web-2', 60_000)).map(({ state, labels }) => [state, labels['vm']]) // => [['firing', 'web-1']]
 * evaluator.next(sample('web-1', 61_000)).map(({ state }) => state) // => ['resolved']
 * ```
 */
export function absenceEvaluator(rule: AbsenceRule): AbsenceEvaluator {
  const { forMs, forgetAfterMs = Math.max(86_400_000, 3 * forMs) } = rule;
  if (!(forMs > 0)) throw invalidInput(`forMs of alert ${rule.name} must be above 0, not ${String(forMs)}`);
  if (!(forgetAfterMs >= forMs)) {
    throw invalidInput(
      `forgetAfterMs of alert ${rule.name} must not be less than forMs, as ${String(forgetAfterMs)} is`,
    );
  }
  const applies = ruleFilter(rule);
  const heard = new Map<string, Heard>();
  let nowMs = -Infinity;
  let dueMs = Infinity;

  const dueOf = ({ startsAtMs, firing }: Heard): number => startsAtMs + (firing ? forgetAfterMs : forMs);

  const advance = (timeMs: number): AlertEvent[] => {
    if (timeMs > nowMs) nowMs = timeMs;
    if (nowMs < dueMs) return [];
    const events: AlertEvent[] = [];
    dueMs = Infinity;
    for (const [key, series] of heard) {
      if (!series.firing && nowMs >= dueOf(series)) {
        series.firing = true;
        events.push(alertEvent(rule, series, 'firing', nowMs));
      }
      if (series.firing && nowMs >= dueOf(series)) {
        heard.delete(key);
        events.push(alertEvent(rule, series, 'resolved', nowMs));
      } else dueMs = Math.min(dueMs, dueOf(series));
    }
    return events;
  };

  /** The clock was set back: nobody has been heard later than now. */
  const setBack = (timeMs: number): void => {
    nowMs = timeMs;
    for (const series of heard.values()) series.startsAtMs = Math.min(series.startsAtMs, timeMs);
  };

  return {
    get size() {
      return heard.size;
    },
    get nextDueMs() {
      return dueMs;
    },
    get nowMs() {
      return nowMs;
    },
    next(sample) {
      const { metric, labels, timeMs, value } = sample;
      if (!Number.isFinite(timeMs)) return [];
      if (timeMs < nowMs - forgetAfterMs) setBack(timeMs);
      if (!applies(sample) || Number.isNaN(value)) return advance(timeMs);
      const events: AlertEvent[] = [];
      const key = seriesKey(metric, labels);
      const series = heard.get(key);
      if (series === undefined) heard.set(key, { metric, labels, startsAtMs: timeMs, firing: false });
      else if (timeMs > series.startsAtMs) {
        if (series.firing && timeMs + forMs > nowMs) {
          events.push(alertEvent(rule, series, 'resolved', timeMs, value));
          series.firing = false;
        }
        series.startsAtMs = timeMs;
      }
      dueMs = Math.min(dueMs, timeMs + forMs);
      events.push(...advance(timeMs));
      return events;
    },
    advance,
  };
}
