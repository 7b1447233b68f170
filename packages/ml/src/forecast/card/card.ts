import { fillMissing } from '../../decompose/fill-missing.ts';
import { invalid, MlError } from '../../error.ts';
import { fitBudget } from '../../fit-budget.ts';
import { checkedInteger, checkOptions, observedCount, toValues } from '../../values.ts';
import { longestHorizon } from '../build-forecast.ts';
import type { FittedForecaster } from '../contract.ts';
import { FittedLogarithmic } from '../logarithmic-fitted.ts';
import { powerOfTwoNear } from '../power-of-two-near.ts';
import { withTimes, type ForecasterWithTimes } from '../timed/with-times.ts';
import { cardChoices, type CardChoices } from './card-choices.ts';
import { cardDelta } from './card-delta.ts';
import { FittedCard } from './card-fitted.ts';
import { cardPaths, cardPredictions, cardReach, type CardModel } from './card-model.ts';
import { bothSeasons, cardRho } from './card-rho.ts';
import { phaseRegression, type LagRule } from './phase-regression.ts';

/** Options of Card. */
export interface CardOptions {
  /** Steps in a season, 1 (none) to 10,000. @default 1 */
  readonly seasonLength?: number | undefined;
  /**
   * Steps in a longer season, like the week over the day: more than `seasonLength`, up to 10,000, or 0 for none. It counts in
   * series that hold it three times. @default 168 where `seasonLength` is 24, otherwise 0
   */
  readonly secondSeason?: number | undefined;
  /** Steps of the forecast that calibration learns from, 1 to 1,000. @default 6 */
  readonly horizon?: number | undefined;
  /**
   * Whether logarithms are taken. They count what is 0 or less as missing later on, so say `false` for what may stop.
   * @default whether all values are above 1 and there is no second season
   */
  readonly logarithms?: boolean | undefined;
}

const longest = 10_000;
/** Growth by a factor a step ends somewhere. */
const longestGrowth = 1_000;
const fewest = 4;
/** How often a second season must be there. */
const fewestSeasons = 3;
/** What Rho counts beside Delta, and where it knows two seasons. */
const half = 0.5;
const mostly = 0.75;

/**
 * The calibrated average of Rho and Delta (Doornik, Castle and Hendry 2020, "Card forecasts for M4"). Delta carries on a
 * damped growth and the latest seasons; Rho is a small autoregression; their mean is then taken for data, and what a richer
 * regression on the series and this mean says of the mean's steps is the forecast. Series above 1 are taken as logarithms;
 * see `logarithms`.
 *
 * From the paper's abstract and an implementation in Python by others: the parts, the choices between growth and levels and between seasons or
 * none (each a test at 10 %), the weights of growth and of seasons, the unit root and the shrunk mean of Rho, the lags, the
 * phases and the shift of calibration. Ours: averages of logarithms, where they are taken, instead of values; calibration by
 * a fixed number of steps, so that a longer forecast begins like a shorter one; none of series without growth; no broken
 * trend in it; a second season by the lags of both, without logarithms, where Rho counts three quarters and
 * forecasts keep within a tenth of the range of the latest season, which grows as Delta does; and the intervals, which add up the answers of Rho to shocks of the size of the one-step errors.
 *
 * Missing values (NaN) are filled from their phase, later ones as predicted. `fit` throws NOVA_ML_TOO_SHORT below four
 * observed values. Use it for years, quarters and weeks, and for hours with a week, where little else is as near for as
 * little time; not where errors must be small on the next step only, nor for loads that are mostly zero. Cost: 0.06 ms for 100
 * values with a season of 12, 0.3 ms for 700 hours with day and week; an update some microseconds.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range; `fit` also where `logarithms` are wanted of values
 * that have none.
 *
 * @example
 * ```ts
 * import { card } from '@novacron/ml';
 *
 * const load = Array.from({ length: 60 }, (_, i) => 20 + i / 2 + [3, 0, -1, -2][i % 4]!);
 * const { mean } = card({ seasonLength: 4 }).fit(load).forecast(4);
 * Math.abs(mean[0]! - 53) < 1 // => true
 * ```
 */
export function card(options: CardOptions = {}): ForecasterWithTimes {
  checkOptions(options);
  const seasonLength = checkedInteger(options.seasonLength ?? 1, 'seasonLength', 1, longest);
  const longer = checkedInteger(options.secondSeason ?? (seasonLength === 24 ? 168 : 0), 'secondSeason', 0, longest);
  if (longer > 0) checkedInteger(longer, 'secondSeason', seasonLength + 1, longest);
  const horizon = checkedInteger(options.horizon ?? 6, 'horizon', 1, 1_000);
  const shape = { seasonLength, horizon };
  return withTimes({
    name: 'Card',
    fit(values, fitOptions): FittedForecaster {
      const check = fitBudget(fitOptions);
      const series = toValues(values);
      const observed = observedCount(series);
      if (observed < fewest) {
        throw new MlError({
          kind: 'invalid',
          code: 'NOVA_ML_TOO_SHORT',
          message: `Card needs at least ${fewest} observed values, not ${observed}`,
          details: { needed: fewest, observed },
        });
      }
      const secondSeason = series.length >= fewestSeasons * longer ? longer : 0;
      const { logarithms: wanted = secondSeason === 0 && !series.some((value) => value <= 1) } = options;
      if (wanted && series.some((value) => value <= 0)) {
        throw invalid('There are logarithms of values above 0 only', { option: 'logarithms' });
      }
      if (!wanted) {
        return fitCard(series, { ...shape, secondSeason, grows: longestHorizon }, observed, check);
      }
      const logarithms = series.map(Math.log);
      const fitted = fitCard(logarithms, { ...shape, secondSeason, grows: longestGrowth }, observed, check);
      return new FittedLogarithmic(fitted, series);
    },
  });
}

interface CardShape {
  readonly seasonLength: number;
  readonly secondSeason: number;
  readonly horizon: number;
  readonly grows: number;
}

function fitCard(
  series: Float64Array,
  { seasonLength, secondSeason, horizon, grows }: CardShape,
  observed: number,
  check: () => void,
): FittedCard {
  const unit = powerOfTwoNear(series);
  const inUnits = series.map((value) => value / unit);
  const known = fillMissing(inUnits, seasonLength);
  check();
  const choices = cardChoices(known, seasonLength);
  check();
  const two = choices.differenced && secondSeason > 0;
  const average: CardModel = {
    seasonLength,
    differenced: choices.differenced,
    bounded: two,
    rho: cardRho(known, seasonLength, secondSeason, choices),
    delta: cardDelta(known, two ? secondSeason : seasonLength, choices.differenced),
    share: two ? mostly : half,
    calibration: undefined,
  };
  check();
  const lags = two ? bothSeasons(seasonLength, secondSeason) : undefined;
  const { calibration, before } = calibrated(average, known, choices, lags, horizon);
  const model = { ...average, calibration };
  check();
  const predictions = cardPredictions({ ...model, calibration: before }, known);
  const fittedValues = predictions.map((value) => value * unit);
  const residuals = series.map((value, t) => value - (fittedValues[t] as number));
  const { deviation, size } = spreadOf(inUnits, predictions, (calibration ?? average.rho).lags.length + 1);
  return new FittedCard({
    model,
    grows,
    unit,
    past: known.slice(Math.max(0, known.length - cardReach(model))),
    seen: known.length,
    sigma: deviation * unit,
    rmse: size * unit,
    observed,
    fittedValues,
    residuals,
  });
}

/** The rule that the average is calibrated by, and the one for the training part, which has not the shift of the end. */
function calibrated(
  average: CardModel,
  known: Float64Array,
  { differenced, seasonal, lagged }: CardChoices,
  both: readonly number[] | undefined,
  horizon: number,
): { calibration: LagRule | undefined; before: LagRule | undefined } {
  const nothing = { calibration: undefined, before: undefined };
  if (!differenced) return nothing;
  const { seasonLength } = average;
  const past = known.subarray(Math.max(0, known.length - cardReach(average)));
  const extended = new Float64Array(known.length + horizon);
  extended.set(known);
  extended.set(cardPaths(average, past, known.length, horizon).base, known.length);
  const long = lagged && known.length > 4 * seasonLength;
  const shifts = both === undefined && seasonLength > 1 && known.length > 3 * seasonLength;
  const shiftedFrom = extended.length - Math.floor(Math.min(4 * seasonLength, extended.length) / 2);
  // Where phases do not differ there may still be a wave.
  const angle = (2 * Math.PI) / seasonLength;
  const waves =
    seasonal || seasonLength === 1 ? [] : [(t: number) => Math.sin(angle * t), (t: number) => Math.cos(angle * t)];
  const rule = phaseRegression(extended, {
    phases: seasonal ? seasonLength : 1,
    lags: both ?? [1, ...(long ? [seasonLength, seasonLength + 1] : [])],
    others: [...waves, ...(shifts ? [(t: number) => (t >= shiftedFrom ? 1 : 0)] : [])],
  });
  if (rule === undefined) return nothing;
  const { lags, weights, others } = rule;
  const shift = shifts ? (others[waves.length] as number) : 0;
  const intercepts = Float64Array.from({ length: seasonLength }, (_, phase) =>
    waves.reduce(
      (sum, wave, k) => sum + (others[k] as number) * wave(phase),
      rule.intercepts[phase % rule.intercepts.length] as number,
    ),
  );
  const ahead = { intercepts: intercepts.map((value) => value + shift), lags, weights };
  return { calibration: ahead, before: { intercepts, lags, weights } };
}

function spreadOf(
  values: Float64Array,
  predictions: Float64Array,
  estimated: number,
): { deviation: number; size: number } {
  let squares = 0;
  let count = 0;
  for (let t = 0; t < values.length; t++) {
    const error = (values[t] as number) - (predictions[t] as number);
    if (error !== error) continue;
    squares += error * error;
    count++;
  }
  if (count === 0) return { deviation: 0, size: 0 };
  return { deviation: Math.sqrt(squares / Math.max(1, count - estimated)), size: Math.sqrt(squares / count) };
}
