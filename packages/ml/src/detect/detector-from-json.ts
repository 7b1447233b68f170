import { MlError } from '../error.ts';
import type { FittedForecaster } from '../forecast/contract.ts';
import { fittedFromJSON } from '../forecast/fitted-from-json.ts';
import { damaged } from '../json/floats.ts';
import { SavedReader } from '../json/saved-reader.ts';
import type { Baseline } from './baseline.ts';
import { anomaliesFrom, BaselineDetector } from './baseline-detector.ts';
import type { FittedDetector } from './contract.ts';
import { ForecastBaseline } from './forecast-baseline.ts';
import { ProfileBaseline } from './profile-baseline.ts';
import { WindowBaseline, windowFrom } from './window-baseline.ts';

const names: Readonly<Record<string, string>> = {
  'robust-z-score': 'Robust z-score',
  'seasonal-residual': 'Seasonal residual',
};

/** How to bring a detector back. */
export interface DetectorFromJSONOptions {
  /** Brings back the forecaster inside, when it is not of this package. @default {@link fittedFromJSON} */
  readonly forecasterFromJSON?: ((saved: unknown) => FittedForecaster) | undefined;
}

/**
 * Brings back a fitted detector that was saved by `toJSON`, the same to the last bit. Nothing in the JSON is run or
 * believed; every field is checked.
 *
 * @param saved - What `JSON.parse` gave, or the text itself.
 * @throws {MlError} NOVA_ML_DAMAGED when it does not describe a detector.
 * @throws {MlError} NOVA_ML_UNSUPPORTED when it is of a later version, or of a detector that this release does not know.
 *
 * @example
 * ```ts
 * import { detectorFromJSON, robustZScore } from '@novacron/ml';
 *
 * const text = JSON.stringify(robustZScore().fit([1, 2, 1, 2, 1, 2]));
 * detectorFromJSON(text).detect([1, 50]).length // => 1
 * ```
 */
export function detectorFromJSON(saved: unknown, options: DetectorFromJSONOptions = {}): FittedDetector {
  const reader = new SavedReader(saved);
  const model = reader.head('novacron-detector');
  const name = Object.hasOwn(names, model) ? names[model] : undefined;
  if (name === undefined) {
    throw new MlError({
      kind: 'unsupported',
      message: `This release knows ${Object.keys(names).join(', ')}, not the detector ${JSON.stringify(model)}`,
      details: { model },
    });
  }
  const threshold = reader.number('threshold', Number.MIN_VALUE, Number.MAX_VALUE);
  const minimumDeviation = reader.number('minimumDeviation', 0, Number.MAX_VALUE);
  const anomalies = reader.floats('anomalies');
  if (anomalies.length % 6 !== 0) throw damaged('anomalies must hold six numbers each');
  return new BaselineDetector({
    name,
    model,
    limits: { threshold, minimumDeviation },
    baseline: baselineFrom(model, reader.object('baseline'), options.forecasterFromJSON ?? fittedFromJSON),
    scores: reader.floats('scores', { missing: true }),
    anomalies: anomaliesFrom(anomalies),
  });
}

function baselineFrom(
  model: string,
  saved: SavedReader,
  forecasterFromJSON: (saved: unknown) => FittedForecaster,
): Baseline {
  if (model === 'robust-z-score') return new WindowBaseline(windowFrom(saved));
  if (saved.raw('forecaster') === undefined) return ProfileBaseline.from(saved);
  return ForecastBaseline.from(saved, forecasterFromJSON);
}
