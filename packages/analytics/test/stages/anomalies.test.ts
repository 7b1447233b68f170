import type { Series } from '@novacron/core';
import { robustZScore, seasonalResidual } from '@novacron/ml';
import { describe, expect, it } from 'vitest';
import {
  anomalies,
  AnalyticsError,
  pipeline,
  type AnomaliesStageOptions,
  type SeriesAnomalies,
  type SeriesDetector,
} from '@novacron/analytics';
import { at } from '../at.ts';
import { machineSeries } from '../sample-series.ts';

const clean = machineSeries('web-1', 24 * 7);
const spoilt: Series = { ...clean, values: clean.values.with(20, 0.99).with(150, 0.02) };

async function found(
  options: AnomaliesStageOptions,
  input: readonly Series[] = [spoilt],
): Promise<readonly SeriesAnomalies[]> {
  return (
    await pipeline('test', () => input)
      .pipe(anomalies(options))
      .run()
  ).value;
}

const detector = seasonalResidual({ seasonLength: 24, threshold: 6 });

describe('anomalies', () => {
  it('finds what is odd in the whole series, at its time', async () => {
    const [result] = await found({ detector });
    expect(result?.anomalies.map(({ index, timeMs, value }) => [index, timeMs, value])).toEqual([
      [20, at(spoilt.timesMs, 20), 0.99],
      [150, at(spoilt.timesMs, 150), 0.02],
    ]);
    expect(result?.series).toBe(spoilt);
  });

  it('judges only what comes after what it learned from', async () => {
    const [result] = await found({ detector, learnRatio: 0.5 });
    expect(result?.anomalies.map(({ index, timeMs }) => [index, timeMs])).toEqual([[150, at(spoilt.timesMs, 150)]]);
  });

  it('may choose the method by the series', async () => {
    const results = await found({ detector: ({ labels }) => (labels['vm'] === 'db' ? robustZScore() : detector) }, [
      spoilt,
      { ...clean, labels: { vm: 'db' } },
    ]);
    expect(results.map(({ anomalies: list }) => list.length)).toEqual([2, 0]);
  });

  it('goes on when a series cannot be judged, and says why', async () => {
    const [short, long] = await found({ detector }, [machineSeries('new', 3), spoilt]);
    expect(short).toMatchObject({ anomalies: [], error: { code: 'NOVA_ML_TOO_SHORT' } });
    expect(long?.error).toBeUndefined();
  });

  it('ends the run when the detector is broken', async () => {
    const broken: SeriesDetector = { fit: () => Promise.reject(new TypeError('broken')) };
    const error: unknown = await found({ detector: broken }).catch((reason: unknown) => reason);
    expect(AnalyticsError.isInstance(error) && error.message).toContain('broken');
  });

  it.each([0, -0.1, 1.1, NaN])('refuses to learn from %d of a series', (learnRatio) => {
    expect(() => anomalies({ detector, learnRatio })).toThrow(
      expect.objectContaining({ code: 'NOVA_ANALYTICS_INVALID' }),
    );
  });
});
