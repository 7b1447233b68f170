import { MlError } from '../../error.ts';
import { largestMagnitude } from '../../values.ts';
import type { FittedForecaster, Forecast, ForecastInterval } from '../contract.ts';
import { blend } from './blend.ts';
import type { AutoMember } from './combine.ts';
import type { Conformal } from './conformal.ts';
import type { PlausibleRange } from './plausible-range.ts';

/** What members say together, in units of the scale. */
export interface Outlook {
  /** The blended forecast. */
  readonly path: Float64Array;
  /** Half the width of the interval at each step, for each level in their order. */
  readonly widths: readonly Float64Array[];
}

/** Who is asked. */
export interface OutlookMembers extends PlausibleRange {
  /** The methods and their models; those without weight have none. */
  readonly members: readonly (AutoMember & { readonly fitted?: FittedForecaster | undefined })[];
  /** Whether half of the forecast is the weighted median. */
  readonly robust: boolean;
  /** Steps in a season; 1 means none. */
  readonly seasonLength: number;
  /** Spread of the errors. */
  readonly conformal: Conformal;
  /** Observed values of the training series. */
  readonly observed: number;
}

/** Beyond so many steps the last season is repeated: nobody knows better. */
const exactSteps = 20_000;
/** Methods that learned from few values are less sure than they say: wider by this over the number of values. */
const fewValues = 8;

/**
 * Blends the forecasts of all members. An interval lies between what the errors of the validation say and what the
 * members say of themselves: the first knows when models are wrong, the second have seen more errors than a validation
 * has. The mean is taken of their square roots: one that is far too wide spoils less, and one of 0 does not make it 0.
 */
export function outlook(asked: OutlookMembers, horizon: number, levels: readonly number[]): Outlook {
  const { members, robust, seasonLength, low, high } = asked;
  const used = members.filter(({ fitted, weight }) => fitted !== undefined && weight > 0);
  const exact = Math.min(horizon, exactSteps);
  const forecasts = used.map(({ fitted }) => forecastOf(fitted as FittedForecaster, exact, levels));
  const weights = used.map(({ weight }) => weight);
  const widths = levels.map((level, i) => {
    const said = forecasts.map(({ intervals }) => halfWidth(intervals[i], exact, high - low));
    return widthsOf(asked, level, blend(said, weights, false), horizon);
  });
  // One that runs away does not take the others along.
  const means = forecasts.map(({ mean }) => mean.map((value) => Math.min(high, Math.max(low, value))));
  const blended = blend(means, weights, robust);
  if (exact === horizon) return { path: blended, widths };
  const path = new Float64Array(horizon);
  path.set(blended);
  const round = Math.min(exact, seasonLength);
  for (let step = exact; step < horizon; step++) path[step] = path[step - round] as number;
  return { path, widths };
}

function widthsOf(
  { conformal, observed }: OutlookMembers,
  level: number,
  said: Float64Array,
  horizon: number,
): Float64Array {
  const widths = conformal.widths(level, horizon);
  const times = 1 + fewValues / observed;
  const between = (learned: number, own: number): number =>
    ((own === own ? Math.sqrt(learned) + Math.sqrt(own) : 2 * Math.sqrt(learned)) / 2) ** 2 * times;
  const { widening } = conformal;
  const exact = said.length;
  for (let step = 0; step < exact; step++) {
    widths[step] = between(widths[step] as number, (said[step] as number) * widening);
  }
  const last = (said[exact - 1] as number) * widening;
  for (let step = exact; step < horizon; step++) widths[step] = between(widths[step] as number, last);
  return widths;
}

/** A member whose intervals leave the range of numbers has none; a mean that does stops at the end of it. */
function forecastOf(fitted: FittedForecaster, horizon: number, levels: readonly number[]): Forecast {
  const range = { minimum: -largestMagnitude, maximum: largestMagnitude };
  try {
    return fitted.forecast(horizon, { levels, ...range });
  } catch (error) {
    if (levels.length === 0 || !MlError.isInstance(error)) throw error;
    return fitted.forecast(horizon, { levels: [], ...range });
  }
}

/** Half of an interval, but not more than all that is plausible; NaN where there is none. */
function halfWidth(interval: ForecastInterval | undefined, horizon: number, widest: number): Float64Array {
  if (interval === undefined) return new Float64Array(horizon).fill(NaN);
  const { lower, upper } = interval;
  return upper.map((most, step) => Math.min(widest, (most - (lower[step] as number)) / 2));
}
