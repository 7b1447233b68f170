import type { Series } from '@novacron/core';
import { invalid } from '../error.ts';

/**
 * The step between the times of a series.
 *
 * @throws {AnalyticsError} NOVA_ANALYTICS_INVALID when there are fewer than two times, or the steps are not equal.
 */
export function stepOf({ metric, timesMs }: Series): number {
  const stepMs = (timesMs[1] as number) - (timesMs[0] as number);
  if (timesMs.length < 2)
    throw invalid(`A series of ${metric} needs at least two values`, { metric, length: timesMs.length });
  for (let i = 2; i < timesMs.length; i++) {
    if (Math.abs((timesMs[i] as number) - (timesMs[i - 1] as number) - stepMs) > stepMs * 1e-6) {
      throw invalid(`A series of ${metric} must have equal steps; resample it first`, { metric, index: i });
    }
  }
  return stepMs;
}
