import type { EtsState } from './ets-filter.ts';
import { etsStart } from './ets-start.ts';
import type { EtsStructure } from './ets-structure.ts';

/**
 * Initial states of a model whose season multiplies: level and slope as in the additive one, then for each phase the
 * average of the values by the line, with an average of 1 over the season.
 *
 * @param values - Positive, with at least one observed value.
 */
export function relativeStart(values: Float64Array, structure: EtsStructure): EtsState {
  const { seasonLength } = structure;
  const state = etsStart(values, structure);
  const level = state[0] as number;
  const slope = state[1] as number;
  const totals = new Float64Array(seasonLength);
  const counts = new Float64Array(seasonLength);
  const steps = Math.min(values.length, 5 * seasonLength);
  for (let i = 0; i < steps; i++) {
    const ratio = (values[i] as number) / Math.max(level + slope * (i + 1), level / 10);
    if (!(ratio > 0)) continue;
    const phase = i % seasonLength;
    totals[phase] = (totals[phase] as number) + ratio;
    counts[phase] = (counts[phase] as number) + 1;
  }
  let sum = 0;
  for (let phase = 0; phase < seasonLength; phase++) {
    const index = (counts[phase] as number) > 0 ? (totals[phase] as number) / (counts[phase] as number) : 1;
    state[2 + phase] = index;
    sum += index;
  }
  for (let phase = 0; phase < seasonLength; phase++) {
    state[2 + phase] = ((state[2 + phase] as number) * seasonLength) / sum;
  }
  return state;
}
