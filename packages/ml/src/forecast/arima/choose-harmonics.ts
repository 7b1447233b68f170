import { solveCholesky } from '../../optimise/cholesky.ts';
import { gramMatrix } from '../../optimise/gram-matrix.ts';
import { withoutLine } from '../../statistics/kpss-statistic.ts';
import { fillMissing } from '../../decompose/fill-missing.ts';
import { fourierColumns, type FourierTerm } from './fourier-columns.ts';

const mostHarmonics = 8;

/**
 * How many pairs of sine and cosine each long season gets: the number with the least AICc in a regression of the values
 * less their line. A season that is not seen twice gets none.
 *
 * @returns the terms, and a function that takes what they explain away from the values.
 */
export function chooseHarmonics(
  series: Float64Array,
  seasonLengths: readonly number[],
): { readonly terms: readonly FourierTerm[]; readonly rest: (values: Float64Array) => Float64Array } {
  const terms: FourierTerm[] = [];
  const usable = seasonLengths.filter((length) => 2 * length < series.length);
  if (usable.length === 0) return { terms, rest: (values) => values };
  const line = withoutLine(fillMissing(series, 1));
  let values = line;
  for (const seasonLength of usable) {
    let best = { value: criterion(values, 0), harmonics: 0, rest: values };
    for (let harmonics = 1; harmonics <= Math.min(mostHarmonics, seasonLength >> 1); harmonics++) {
      const rest = regress(values, [{ seasonLength, harmonics }]);
      const value = criterion(rest, 2 * harmonics);
      if (value < best.value) best = { value, harmonics, rest };
    }
    if (best.harmonics > 0) terms.push({ seasonLength, harmonics: best.harmonics });
    values = best.rest;
  }
  return { terms, rest: (given) => (terms.length === 0 ? given : regress(given, terms)) };
}

function criterion(rest: Float64Array, parameters: number): number {
  const count = rest.length;
  let squares = 0;
  for (const value of rest) squares += value * value;
  const k = parameters + 2;
  return count * Math.log(squares / count) + (2 * k * count) / Math.max(1, count - k - 1);
}

/** What the terms leave of the values less their line; the line is put back. */
function regress(values: Float64Array, terms: readonly FourierTerm[]): Float64Array {
  const flat = withoutLine(values);
  const columns = fourierColumns(terms, values.length, 0);
  const count = values.length;
  const design = new Float64Array(count * (columns.length + 1));
  for (const [c, column] of columns.entries()) design.set(column, c * count);
  const right = columns.map((column) => column.reduce((sum, x, i) => sum + x * (flat[i] as number), 0));
  const weights = solveCholesky(gramMatrix(design, count, columns.length), right, 0);
  return values.map((value, i) => {
    let rest = value;
    for (let c = 0; c < columns.length; c++)
      rest -= (weights[c] as number) * ((columns[c] as Float64Array)[i] as number);
    return rest;
  });
}
