import type { CardChoices } from './card-choices.ts';
import { phaseRegression, type LagRule, type PhaseRegression } from './phase-regression.ts';

/** What counts as certain of a growth: one-sided 95 %. */
const certain = 1.6448536269514722;
/** Follows the last value. */
const lastValue: LagRule = { intercepts: new Float64Array(1), lags: [1], weights: Float64Array.of(1) };

/**
 * Rho: a regression on the last value, and on that of a season ago where it returns, with phases of the season. Where the
 * last value stays (a root of the characteristic polynomial within two standard errors of 0.9, or above), changes are
 * explained instead, and their mean counts only as far as it is certain. Where it turns round, it is left out.
 *
 * @param secondSeason - Steps in a longer season; 0 for none. Both seasons' lags come in then, freely.
 */
export function cardRho(
  values: Float64Array,
  seasonLength: number,
  secondSeason: number,
  { differenced, seasonal, lagged }: CardChoices,
): LagRule {
  const phases = seasonal ? seasonLength : 1;
  if (!differenced) return phaseRegression(values, { phases, lags: [] }) ?? ownMean(values);
  if (secondSeason > 0) {
    const free = phaseRegression(values, { phases: seasonLength, lags: bothSeasons(seasonLength, secondSeason) });
    if (free !== undefined) return free;
  }
  const season = lagged && values.length > 3 * seasonLength ? [seasonLength] : [];
  const levels = phaseRegression(values, { phases, lags: [1, ...season] });
  if (levels === undefined) return lastValue;
  const rho = levels.weights[0] as number;
  if (rho < 0) return phaseRegression(values, { phases, lags: [] }) ?? lastValue;
  if (!(rho > 0.5 && rho + 2 * (levels.errors[0] as number) > 0.9)) return levels;
  const changes = phaseRegression(values, { phases, lags: season, ofChanges: true });
  return changes === undefined ? lastValue : valuesOfChanges(changes);
}

/** Lags of a rule with two seasons. */
export function bothSeasons(seasonLength: number, secondSeason: number): readonly number[] {
  return [1, seasonLength, seasonLength + 1, secondSeason, secondSeason + 1];
}

function ownMean(values: Float64Array): LagRule {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return { intercepts: Float64Array.of(mean), lags: [], weights: new Float64Array(0) };
}

/** The same rule for values, with the mean change shrunk by what of it is not certain. */
function valuesOfChanges({ intercepts, lags, weights, sigma, count }: PhaseRegression): LagRule {
  const growth = intercepts.reduce((sum, value) => sum + value / intercepts.length, 0);
  const sure = Math.max(0, Math.abs(growth) - (certain * sigma) / Math.sqrt(Math.max(1, count - 1)));
  const shrunk = Math.sign(growth) * sure;
  const [lag, weight] = [lags[0], weights[0]];
  const back = lag === undefined || weight === undefined ? [] : [[lag, weight] as const, [lag + 1, -weight] as const];
  return {
    intercepts: intercepts.map((value) => value - growth + shrunk),
    lags: [1, ...back.map(([steps]) => steps)],
    weights: Float64Array.from([1, ...back.map(([, share]) => share)]),
  };
}
