import { invalid } from '../../error.ts';
import { toValues } from '../../values.ts';

/**
 * Copies regressors, each as long as the values that they go with and without gaps.
 *
 * @throws {MlError} NOVA_ML_INVALID when a column has another length, or a value is missing, infinite or no number.
 */
export function checkedRegressors(given: readonly ArrayLike<number>[] | undefined, length: number): Float64Array[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) throw invalid('regressors must be an array of columns', { type: typeof given });
  return given.map((column: ArrayLike<number>, index) => {
    const values = toValues(column);
    if (values.length !== length) {
      throw invalid(`regressors[${index}] must have ${length} values, not ${values.length}`, { index, length });
    }
    const gap = values.findIndex(Number.isNaN);
    if (gap >= 0) throw invalid(`regressors[${index}][${gap}] is missing; regressors must be known`, { index, gap });
    return values;
  });
}
