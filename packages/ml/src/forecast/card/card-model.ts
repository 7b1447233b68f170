import type { CardDelta } from './card-delta.ts';
import type { LagRule } from './phase-regression.ts';

/** All numbers of a Card model, in the series' own unit. */
export interface CardModel {
  /** Steps in a season. */
  readonly seasonLength: number;
  /** Whether there is growth; without it Delta is a level. */
  readonly differenced: boolean;
  /** The regression. */
  readonly rho: LagRule;
  /** The growth. */
  readonly delta: CardDelta;
  /** Whether forecasts are kept near the range of the latest values, as it grows by Delta: a free regression needs that. */
  readonly bounded: boolean;
  /** What Rho counts, and Delta the rest. */
  readonly share: number;
  /** What the average is calibrated by; undefined where it stands. */
  readonly calibration: LagRule | undefined;
}

/** Seasons that a level is the mean of. */
const levelSeasons = 6;
/** Nothing leaves this; values are about 1 in their unit. */
const furthest = 1e6;
/** Answers to a shock are kept within this. */
const strongest = 1e3;

/** How many of the latest values forecasts look at. */
export function cardReach({ seasonLength, differenced, rho, calibration }: CardModel): number {
  return Math.max(1, differenced ? 1 : levelSeasons * seasonLength, ...rho.lags, ...(calibration?.lags ?? []));
}

/**
 * The forecasts of Rho and Delta, averaged and calibrated.
 *
 * @param past - The latest values, as many as {@link cardReach} says or fewer.
 * @param next - The place of the first step, counted from the start of the series.
 */
export function cardPath(model: CardModel, past: Float64Array, next: number, horizon: number): Float64Array {
  const { base, path } = cardPaths(model, past, next, horizon);
  return path ?? base;
}

/** Also the average before it is calibrated. */
export function cardPaths(
  { seasonLength, differenced, bounded, rho, delta, share, calibration }: CardModel,
  past: Float64Array,
  next: number,
  horizon: number,
): { base: Float64Array; path: Float64Array | undefined } {
  const start = past.length;
  const regression = new Float64Array(start + horizon);
  regression.set(past);
  const average = regression.slice();
  const path = calibration === undefined ? undefined : new Float64Array(horizon);
  const level = differenced ? (past[start - 1] as number) : meanOfLast(past, seasonLength);
  const longer = differenced ? level : (level + meanOfLast(past, levelSeasons * seasonLength)) / 2;
  let grown = level;
  const [low, high] = bounded ? rangeAround(past) : [-furthest, furthest];
  let [highest, lowest] = [high, low];
  const kept = (value: number): number => Math.min(highest, Math.max(lowest, value));
  for (let h = 0; h < horizon; h++) {
    const t = next + h;
    if (bounded) {
      highest += Math.max(0, delta.later);
      lowest += Math.min(0, delta.later);
    }
    const season = delta.season[t % delta.season.length] as number;
    if (differenced) grown += (h === 0 ? delta.first : delta.later) + season;
    const second = differenced ? grown : (h === 0 ? level : longer) + season;
    const first = kept(applied(rho, regression, start + h, t));
    regression[start + h] = first;
    average[start + h] = share * first + (1 - share) * kept(second);
    if (path !== undefined) path[h] = kept(applied(calibration as LagRule, average, start + h, t));
  }
  return { base: average.subarray(start), path };
}

/** What a rule says of a place in a row. */
export function applied(
  { intercepts, lags, weights }: LagRule,
  row: Float64Array,
  place: number,
  step: number,
): number {
  let value = intercepts[step % intercepts.length] as number;
  for (let k = 0; k < lags.length; k++) value += (weights[k] as number) * (row[place - (lags[k] as number)] as number);
  return Math.min(furthest, Math.max(-furthest, value));
}

/**
 * How much wider than one step's each step's errors are: the answers of Rho to shocks add up, and growth that was learned
 * from so many changes is wrong by as much at every step.
 */
export function cardWidths({ rho, differenced }: CardModel, changes: number, horizon: number): Float64Array {
  const answers = new Float64Array(horizon);
  const widths = new Float64Array(horizon);
  let squares = 0;
  for (let h = 0; h < horizon; h++) {
    let answer = h === 0 ? 1 : 0;
    for (let k = 0; k < rho.lags.length; k++) {
      const before = h - (rho.lags[k] as number);
      if (before >= 0) answer += (rho.weights[k] as number) * (answers[before] as number);
    }
    answers[h] = Math.min(strongest, Math.max(-strongest, answer));
    squares += (answers[h] as number) ** 2;
    widths[h] = Math.sqrt(squares + (differenced ? (h + 1) ** 2 / changes : 0));
  }
  return widths;
}

/** Predictions of each value from those before it; NaN where there are too few. */
export function cardPredictions(model: CardModel, values: Float64Array): Float64Array {
  const { seasonLength, differenced, rho, delta, share, calibration } = model;
  const rule = calibration ?? rho;
  const first = Math.max(differenced ? 1 : 0, ...rule.lags);
  let sum = 0;
  return values.map((value, t) => {
    const mean = t === 0 ? NaN : sum / Math.min(t, seasonLength);
    sum += value - (t >= seasonLength ? (values[t - seasonLength] as number) : 0);
    if (t < first) return NaN;
    const ruled = applied(rule, values, t, t);
    if (calibration !== undefined) return ruled;
    const season = delta.season[t % delta.season.length] as number;
    const other = differenced ? (values[t - 1] as number) + delta.first + season : mean + season;
    return share * ruled + (1 - share) * other;
  });
}

/** The range of some values, and a tenth of it to either side. */
function rangeAround(values: Float64Array): readonly [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i] as number);
    high = Math.max(high, values[i] as number);
  }
  const room = 0.1 * (high - low);
  return [low - room, high + room];
}

function meanOfLast(values: Float64Array, count: number): number {
  const from = Math.max(0, values.length - count);
  let sum = 0;
  for (let i = from; i < values.length; i++) sum += values[i] as number;
  return sum / (values.length - from);
}
