import { MlError } from '../error.ts';
import { fitBudget } from '../fit-budget.ts';
import { SortedWindow } from '../statistics/sorted-window.ts';
import { checkedInteger, observedCount, toValues } from '../values.ts';
import { checkedLimits } from './baseline.ts';
import { BaselineDetector } from './baseline-detector.ts';
import type { Detector, DetectorOptions, FittedDetector } from './contract.ts';
import { longestWindow, WindowBaseline } from './window-baseline.ts';

/** Options of the robust z-score. */
export interface RobustZScoreOptions extends DetectorOptions {
  /** How many of the last observed values say what is normal, 3 to 100,000. @default those of the fit, at most 10,000 */
  readonly window?: number | undefined;
}

const fewestObserved = 3;
const defaultLargestWindow = 10_000;

/**
 * Finds values far from the median of the last values, measured by their median absolute deviation: the modified
 * z-score of Iglewicz and Hoaglin (1993). For series without a season. Up to half of the window may be anomalies.
 *
 * Missing values (NaN) are skipped. `update` learns from every value, so a level that stays becomes normal after half
 * a window. It costs about a microsecond for a window of a thousand.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 *
 * @example
 * ```ts
 * import { robustZScore } from '@novacron/ml';
 *
 * const fitted = robustZScore().fit([10, 11, 9, 10, 12, 10, 9, 11, 10, 10]);
 * fitted.detect([10, 42, 9]).map((anomaly) => anomaly.index) // => [1]
 * ```
 */
export function robustZScore(options: RobustZScoreOptions = {}): Detector {
  const limits = checkedLimits(options);
  const { window } = options;
  if (window !== undefined) checkedInteger(window, 'window', fewestObserved, longestWindow);
  const name = 'Robust z-score';
  return {
    name,
    fit(values, fitOptions): FittedDetector {
      fitBudget(fitOptions);
      const series = toValues(values);
      const observed = observedCount(series);
      if (observed < fewestObserved) {
        throw new MlError({
          kind: 'invalid',
          code: 'NOVA_ML_TOO_SHORT',
          message: `${name} needs at least ${fewestObserved} observed values, not ${observed}`,
          details: { needed: fewestObserved, observed },
        });
      }
      const kept = new SortedWindow(window ?? Math.min(observed, defaultLargestWindow));
      // Older values would only be pushed out again.
      const recent = series.filter((value) => !Number.isNaN(value)).subarray(-kept.capacity);
      for (const value of recent) kept.push(value);
      const baseline = new WindowBaseline(kept);
      const median = baseline.expected();
      return BaselineDetector.fromTraining({ name, model: 'robust-z-score', limits, baseline }, series, () => median);
    },
  };
}
