import { damaged } from '../json/floats.ts';
import type { SavedReader } from '../json/saved-reader.ts';
import { longestSeason } from '../values.ts';
import { FittedEts } from './ets-fitted.ts';
import { isEtsTrend, type EtsStructure } from './ets-structure.ts';

const largest = Number.MAX_VALUE;

/**
 * Brings a saved ETS model back.
 *
 * @param relative - Whether a part of it multiplies, so that it says more about itself.
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function etsFromJSON(saved: SavedReader, relative = false): FittedEts {
  const trend = saved.text('trend');
  if (!isEtsTrend(trend)) throw damaged('trend is unknown');
  const structure: EtsStructure = {
    ...(relative && { error: kindOf(saved, 'error'), season: kindOf(saved, 'season') }),
    trend,
    seasonLength: saved.integer('seasonLength', 1, longestSeason),
  };
  const parameters = saved.object('parameters');
  const fittedValues = saved.floats('fittedValues', { missing: true });
  return new FittedEts({
    structure,
    parameters: {
      alpha: parameters.number('alpha', 0, 1),
      beta: parameters.number('beta', 0, 1),
      gamma: parameters.number('gamma', 0, 1),
      phi: parameters.number('phi', 0, 1),
    },
    state: saved.floats('state', { length: 2 + structure.seasonLength }),
    position: saved.integer('position', 0, structure.seasonLength - 1),
    sigma: saved.number('sigma', 0, largest),
    rmse: saved.number('rmse', 0, largest),
    logLikelihood: saved.number('logLikelihood', -largest, largest),
    observed: saved.integer('observed', 1, fittedValues.length),
    // Absent where the likelihood is of all values, and in what earlier releases saved.
    ...(saved.raw('measured') !== undefined && { measured: saved.integer('measured', 1, fittedValues.length) }),
    reduced: saved.raw('reduced') === undefined ? undefined : saved.text('reduced'),
    fittedValues,
    residuals: saved.floats('residuals', { length: fittedValues.length, missing: true }),
  });
}

function kindOf(saved: SavedReader, field: 'error' | 'season'): 'additive' | 'multiplicative' {
  const kind = saved.text(field);
  if (kind !== 'additive' && kind !== 'multiplicative') throw damaged(`${field} is unknown`);
  return kind;
}
