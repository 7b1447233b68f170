import { damaged } from '../../json/floats.ts';
import { SavedReader } from '../../json/saved-reader.ts';
import { longestSeason } from '../../values.ts';
import { FittedArima } from './arima-fitted.ts';
import { armaModel } from './arma-model.ts';
import { ownNames } from './own-columns.ts';
import type { FourierTerm } from './fourier-columns.ts';
import { armaCoefficients, checkedStructure, lostValues } from './arima-structure.ts';

const largest = Number.MAX_VALUE;

/**
 * Brings a saved ARIMA model back.
 *
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 * @throws {MlError} NOVA_ML_INVALID when the orders are of no model that can be.
 */
export function arimaFromJSON(saved: SavedReader): FittedArima {
  const fields = saved.object('structure');
  const order = (name: string): number => fields.integer(name, 0, 60);
  const constant = fields.text('constant');
  if (constant !== 'none' && constant !== 'mean' && constant !== 'drift') throw damaged('constant is unknown');
  const structure = checkedStructure({
    order: [order('p'), order('d'), order('q')],
    seasonal: [order('P'), order('D'), order('Q')],
    seasonLength: fields.integer('seasonLength', 1, longestSeason),
    constant,
    fourier: fourierOf(fields.raw('fourier')),
  });
  const coefficients = saved.floats('coefficients', { length: armaCoefficients(structure) });
  const regression = saved.floats('regression');
  if (regression.length < ownNames(structure).length) throw damaged('regression is too short');
  const { size } = armaModel(structure, coefficients);
  const lost = lostValues(structure);
  const covariance = saved.floats('covariance');
  if (covariance.length !== 0 && covariance.length !== (size + lost) ** 2) throw damaged('covariance has another size');
  const fittedValues = saved.floats('fittedValues', { missing: true });
  return new FittedArima({
    structure,
    coefficients,
    regression,
    standardErrors: saved.floats('standardErrors', { length: coefficients.length + regression.length }),
    sigma: saved.number('sigma', 0, largest),
    rmse: saved.number('rmse', 0, largest),
    logLikelihood: saved.number('logLikelihood', -largest, largest),
    observed: saved.integer('observed', 1, fittedValues.length),
    used: saved.integer('used', 1, fittedValues.length),
    seen: saved.integer('seen', fittedValues.length, Number.MAX_SAFE_INTEGER),
    state: {
      expected: saved.floats('expected', { length: size }),
      history: saved.floats('history', { length: lost }),
      covariance: covariance.length === 0 ? undefined : covariance,
    },
    fittedValues,
    residuals: saved.floats('residuals', { length: fittedValues.length, missing: true }),
  });
}

function fourierOf(saved: unknown): FourierTerm[] {
  if (!Array.isArray(saved)) throw damaged('fourier must be an array');
  return saved.map((term: unknown) => {
    const fields = new SavedReader(term);
    return {
      seasonLength: fields.integer('seasonLength', 2, longestSeason),
      harmonics: fields.integer('harmonics', 1, longestSeason),
    };
  });
}
