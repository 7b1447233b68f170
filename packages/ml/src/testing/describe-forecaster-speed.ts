import { describe, expect, it } from 'vitest';
import type { Forecaster } from '../forecast/contract.ts';
import { cpuMs } from './cpu-ms.ts';
import type { DescribeForecasterOptions } from './describe-forecaster.ts';
import { sampleSeries } from './sample-series.ts';

/**
 * Checks that a forecaster is quick enough: a million steps within two seconds of CPU time. Call it in a vitest file of its
 * own that runs without coverage and beside nothing else, as counting what is entered makes a tight loop several times as slow
 * as it is for users; `describeForecaster` checks all else.
 *
 * @param name - Shown in the test report.
 * @param make - Makes a forecaster; called for every test.
 * @param options - The season of the series that the suite makes. @default a season of 12
 *
 * @example
 * ```ts no-run
 * import { holtWinters } from '@novacron/ml';
 * import { describeForecasterSpeed } from '@novacron/ml/testing';
 *
 * describeForecasterSpeed('my model', () => holtWinters({ seasonLength: 12 }));
 * ```
 */
export function describeForecasterSpeed(
  name: string,
  make: () => Forecaster,
  options: Pick<DescribeForecasterOptions, 'seasonLength'> = {},
): void {
  const { seasonLength = 12 } = options;

  describe(`${name} is a quick forecaster`, () => {
    it('forecasts a million steps within two seconds of CPU time', () => {
      const fitted = make().fit(sampleSeries(seasonLength * 8, seasonLength));
      const startedMs = cpuMs();
      const { mean } = fitted.forecast(1_000_000, { levels: [0.95] });
      expect(cpuMs() - startedMs).toBeLessThan(2_000);
      expect(mean.every(Number.isFinite)).toBe(true);
    });
  });
}
