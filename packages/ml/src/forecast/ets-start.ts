import type { EtsState } from './ets-filter.ts';
import type { EtsStructure } from './ets-structure.ts';

/**
 * Initial states read off the first seasons: the slope from values one season apart, then level and season from the
 * averages of what is left. Missing values are left out.
 *
 * @param values - With at least one observed value.
 */
export function etsStart(values: Float64Array, { trend, seasonLength }: EtsStructure): EtsState {
  const steps = Math.min(values.length, seasonLength > 1 ? 5 * seasonLength : 10);
  const slope = trend === 'none' ? 0 : averageSlope(values, steps, seasonLength);
  const totals = new Float64Array(seasonLength);
  const counts = new Float64Array(seasonLength);
  let total = 0;
  let count = 0;
  for (let i = 0; i < values.length && (i < steps || count === 0); i++) {
    const rest = (values[i] as number) - slope * (i + 1);
    if (rest !== rest) continue;
    const phase = i % seasonLength;
    totals[phase] = (totals[phase] as number) + rest;
    counts[phase] = (counts[phase] as number) + 1;
    total += rest;
    count++;
  }
  const state = new Float64Array(2 + seasonLength);
  const level = total / count;
  state[0] = level;
  state[1] = slope;
  if (seasonLength > 1) {
    for (let phase = 0; phase < seasonLength; phase++) {
      const observed = counts[phase] as number;
      state[2 + phase] = observed > 0 ? (totals[phase] as number) / observed - level : 0;
    }
  }
  return state;
}

function averageSlope(values: Float64Array, steps: number, seasonLength: number): number {
  let total = 0;
  let count = 0;
  for (let i = seasonLength; i < steps; i++) {
    const difference = (values[i] as number) - (values[i - seasonLength] as number);
    if (difference !== difference) continue;
    total += difference;
    count++;
  }
  return count > 0 ? total / count / seasonLength : 0;
}
