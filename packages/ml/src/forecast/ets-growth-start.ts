import type { EtsState } from './ets-filter.ts';
import { etsStart } from './ets-start.ts';
import { hasRelativeSeason, type EtsStructure } from './ets-structure.ts';

const fastestGrowth = 2;

/**
 * Initial states of a model whose trend multiplies: level and growth are those of a line through the logarithms; the
 * season is what is left beside that curve over the first five seasons, on average.
 *
 * @param values - Positive, with at least one observed value.
 */
export function growthStart(values: Float64Array, structure: EtsStructure): EtsState {
  const { seasonLength } = structure;
  const logarithms = etsStart(values.map(Math.log), { ...structure, season: 'additive', trend: 'additive' });
  const growth = Math.min(fastestGrowth, Math.max(1 / fastestGrowth, Math.exp(logarithms[1] as number)));
  const state = new Float64Array(2 + seasonLength);
  const level = Math.exp(logarithms[0] as number);
  state[0] = level;
  state[1] = growth;
  if (seasonLength === 1) return state;
  const relative = hasRelativeSeason(structure);
  const totals = new Float64Array(seasonLength);
  const counts = new Float64Array(seasonLength);
  let curve = level;
  for (let i = 0; i < Math.min(values.length, 5 * seasonLength); i++) {
    curve *= growth;
    const value = values[i] as number;
    const rest = relative ? value / curve : value - curve;
    if (!Number.isFinite(rest)) continue;
    const phase = i % seasonLength;
    totals[phase] = (totals[phase] as number) + rest;
    counts[phase] = (counts[phase] as number) + 1;
  }
  const neutral = relative ? 1 : 0;
  const indices = totals.map((total, phase) => (counts[phase] === 0 ? neutral : total / (counts[phase] as number)));
  const average = indices.reduce((sum, index) => sum + index, 0) / seasonLength;
  state.set(relative ? indices.map((index) => index / average) : indices.map((index) => index - average), 2);
  return state;
}
