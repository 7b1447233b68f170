import { MlError } from '../error.ts';
import { SavedReader } from '../json/saved-reader.ts';
import type { FittedForecaster } from './contract.ts';
import { autoFromJSON } from './auto/auto-fitted.ts';
import { additiveFromJSON } from './additive/additive-fitted.ts';
import { arimaFromJSON } from './arima/arima-from-json.ts';
import { FittedBayesianStructural } from './bayesian/bayesian-fitted.ts';
import { savedBayesianFit } from './bayesian/bayesian-fit.ts';
import { boostedFromJSON } from './trees/fitted-boosted.ts';
import { cardFromJSON } from './card/card-fitted.ts';
import { cesFromJSON } from './ces/ces-fitted.ts';
import { conformalFromJSON } from './conformal/conformal-fitted.ts';
import { empiricalFromJSON } from './empirical/empirical-fitted.ts';
import { etsFromJSON } from './ets-from-json.ts';
import { lagRegressionFromJSON } from './lags/fitted-lag-regression.ts';
import { logarithmicFromJSON } from './logarithmic-fitted.ts';
import { recursiveFromJSON } from './simple/recursive-fitted.ts';
import { mstlFromJSON } from './seasonal/mstl-fitted.ts';
import { seasonalNaiveFromJSON } from './seasonal-naive-fitted.ts';
import { structuralFromJSON } from './structural/structural-fitted.ts';
import { thetaFromJSON } from './theta-fitted.ts';
import { timedFromJSON } from './timed/timed-fitted.ts';

const readers: ReadonlyMap<string, (saved: SavedReader) => FittedForecaster> = new Map<
  string,
  (saved: SavedReader) => FittedForecaster
>([
  ['additive', additiveFromJSON],
  ['arima', arimaFromJSON],
  ['bayesian-structural', (saved) => new FittedBayesianStructural(savedBayesianFit(saved))],
  ['boosted-trees', boostedFromJSON],
  ['card', cardFromJSON],
  ['ces', cesFromJSON],
  ['conformal', (saved) => conformalFromJSON(saved, read)],
  ['conformal-steps', (saved) => conformalFromJSON(saved, read, true)],
  ['empirical', (saved) => empiricalFromJSON(saved, read)],
  ['ets', (saved) => etsFromJSON(saved)],
  ['relative-ets', (saved) => etsFromJSON(saved, true)],
  ['auto', (saved) => autoFromJSON(saved, read)],
  ['lag-regression', lagRegressionFromJSON],
  ['logarithmic', (saved) => logarithmicFromJSON(saved, read)],
  ['mstl', mstlFromJSON],
  ['recursive', recursiveFromJSON],
  ['seasonal-naive', seasonalNaiveFromJSON],
  ['structural', structuralFromJSON],
  ['theta', thetaFromJSON],
  ['timed', (saved) => timedFromJSON(saved, read, false)],
  ['timed-in-zone', (saved) => timedFromJSON(saved, read, true)],
]);

/**
 * Brings back a fitted forecaster that was saved by `toJSON`, on any machine: forecasts, updates, fitted values and
 * residuals are the same to the last bit. Nothing in the JSON is run or believed; every field is checked.
 *
 * @param saved - What `JSON.parse` gave, or the text itself.
 * @throws {MlError} NOVA_ML_DAMAGED when it does not describe a model.
 * @throws {MlError} NOVA_ML_UNSUPPORTED when it is of a later version, or of a model that this release does not know.
 *
 * @example
 * ```ts
 * import { fittedFromJSON, naive } from '@novacron/ml';
 *
 * const text = JSON.stringify(naive().fit([3, 1, 2]));
 * [...fittedFromJSON(text).forecast(2).mean] // => [2, 2]
 * ```
 */
export function fittedFromJSON(saved: unknown): FittedForecaster {
  return read(new SavedReader(saved));
}

function read(reader: SavedReader): FittedForecaster {
  const model = reader.head('novacron-forecaster');
  const restore = readers.get(model);
  if (restore === undefined) {
    throw new MlError({
      kind: 'unsupported',
      message: `This release knows ${[...readers.keys()].join(', ')}, not the model ${JSON.stringify(model)}`,
      details: { model },
    });
  }
  return restore(reader);
}
