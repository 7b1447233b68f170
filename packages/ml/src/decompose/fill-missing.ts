import { MlError } from '../error.ts';
import { observedCount } from '../values.ts';

/**
 * Fills gaps: with the mean of the nearest observed values of the same phase before and after, where there are any,
 * otherwise on the line between the neighbours.
 *
 * @returns the same array where nothing is missing.
 * @throws {MlError} NOVA_ML_TOO_SHORT when no value is observed.
 */
export function fillMissing(values: Float64Array, seasonLength: number): Float64Array {
  if (observedCount(values) === values.length) return values;
  const filled = values.slice();
  const before = new Float64Array(values.length).fill(NaN);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    before[i] = value === value ? value : i >= seasonLength ? (before[i - seasonLength] as number) : NaN;
  }
  const after = new Float64Array(values.length).fill(NaN);
  for (let i = values.length - 1; i >= 0; i--) {
    const value = values[i] as number;
    const next = i + seasonLength < values.length ? (after[i + seasonLength] as number) : NaN;
    after[i] = value === value ? value : next;
    if (value === value) continue;
    const last = before[i] as number;
    filled[i] = next !== next ? last : last !== last ? next : (next + last) / 2;
  }
  fillByLines(filled);
  return filled;
}

function fillByLines(values: Float64Array): void {
  let known = -1;
  for (let i = 0; i <= values.length; i++) {
    const end = i === values.length;
    if (!end && Number.isNaN(values[i])) continue;
    const from = known >= 0 ? (values[known] as number) : end ? NaN : (values[i] as number);
    const to = end ? from : (values[i] as number);
    if (Number.isNaN(from)) {
      throw new MlError({ kind: 'invalid', code: 'NOVA_ML_TOO_SHORT', message: 'There is no observed value' });
    }
    for (let j = known + 1; j < i; j++) values[j] = from + ((to - from) * (j - known)) / (i - known);
    known = i;
  }
}
