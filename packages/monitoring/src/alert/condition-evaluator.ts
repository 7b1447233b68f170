import { seriesKey, type Labels } from '@novacron/core';
import type { AlertEvent } from './alert-event.ts';
import { alertEvent, checkDuration, ruleFilter, type AlertEvaluator, type AlertRule } from './alert-rule.ts';

/**
 * What rules that watch values have.
 *
 * Time is the time of the samples, so that a replay at any speed raises the alerts that the present would have. A
 * sample that is not later than the newest of its series, or that is NaN (known to be missing), changes nothing. A
 * sample further back than ten minutes, or than `staleAfterMs` if that is less, means that the clock was set back: its
 * series starts anew.
 */
export interface ConditionRule extends AlertRule {
  /** How long the condition must hold before the alert fires, in milliseconds between samples. @default 0 */
  readonly forMs?: number | undefined;
  /**
   * A series without a sample for this long is forgotten, in milliseconds of sample time; if its alert fires, it is
   * resolved. Keep it above the interval of the samples. @default 3_600_000, or 3 times `forMs` if that is more
   */
  readonly staleAfterMs?: number | undefined;
}

/** A sample that is this much older than the newest of its series is not late: the clock was set back. */
const setBackMs = 600_000;

interface Watched {
  readonly metric: string;
  readonly labels: Labels;
  phase: 'inactive' | 'pending' | 'firing';
  startsAtMs: number;
  newestMs: number;
}

/**
 * The life of alerts on a condition of values: inactive, pending, firing and back, one for each series.
 *
 * @param holds - Whether the condition holds at a value; `firing` tells whether the alert is pending or firing now.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when a duration is negative.
 */
export function conditionEvaluator(
  rule: ConditionRule,
  holds: (value: number, active: boolean) => boolean,
): AlertEvaluator {
  const { forMs = 0, staleAfterMs = Math.max(3_600_000, 3 * forMs) } = rule;
  checkDuration(rule, 'forMs', forMs);
  checkDuration(rule, 'staleAfterMs', staleAfterMs);
  const applies = ruleFilter(rule);
  const watched = new Map<string, Watched>();
  let sweptMs: number | undefined;

  const step = (series: Watched, timeMs: number, value: number): readonly AlertEvent[] => {
    const { phase } = series;
    if (!holds(value, phase !== 'inactive')) {
      if (phase === 'inactive') return [];
      series.phase = 'inactive';
      return [alertEvent(rule, series, phase === 'firing' ? 'resolved' : 'inactive', timeMs, value)];
    }
    if (phase === 'firing') return [];
    if (phase === 'inactive') series.startsAtMs = timeMs;
    if (timeMs - series.startsAtMs >= forMs) {
      series.phase = 'firing';
      return [alertEvent(rule, series, 'firing', timeMs, value)];
    }
    series.phase = 'pending';
    return phase === 'pending' ? [] : [alertEvent(rule, series, 'pending', timeMs, value)];
  };

  const forget = (key: string, series: Watched, timeMs: number): readonly AlertEvent[] => {
    watched.delete(key);
    if (series.phase === 'inactive') return [];
    return [alertEvent(rule, series, series.phase === 'firing' ? 'resolved' : 'inactive', timeMs)];
  };
  const isStale = (series: Watched, timeMs: number): boolean => Math.abs(timeMs - series.newestMs) > staleAfterMs;
  const isSetBack = (series: Watched, timeMs: number): boolean =>
    series.newestMs - timeMs > Math.min(staleAfterMs, setBackMs);

  /** Looks through all series now and then: four times while one goes stale. */
  const forgetStale = (timeMs: number): AlertEvent[] => {
    sweptMs ??= timeMs;
    if (Math.abs(timeMs - sweptMs) <= staleAfterMs / 4) return [];
    sweptMs = timeMs;
    const events: AlertEvent[] = [];
    for (const [key, series] of watched) {
      if (isStale(series, timeMs)) events.push(...forget(key, series, timeMs));
    }
    return events;
  };

  return {
    get size() {
      return watched.size;
    },
    next(sample) {
      const { metric, labels, timeMs, value } = sample;
      if (!applies(sample) || Number.isNaN(value) || !Number.isFinite(timeMs)) return [];
      const events = forgetStale(timeMs);
      const key = seriesKey(metric, labels);
      let series = watched.get(key);
      if (series !== undefined && (isStale(series, timeMs) || isSetBack(series, timeMs))) {
        events.push(...forget(key, series, timeMs));
        series = undefined;
      }
      if (series === undefined) {
        series = { metric, labels, phase: 'inactive', startsAtMs: timeMs, newestMs: -Infinity };
        watched.set(key, series);
      }
      if (timeMs <= series.newestMs) return events;
      series.newestMs = timeMs;
      events.push(...step(series, timeMs, value));
      return events;
    },
    advance: forgetStale,
  };
}
