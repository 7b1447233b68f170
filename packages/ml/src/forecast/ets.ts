import { invalid, MlError } from '../error.ts';
import { fitBudget } from '../fit-budget.ts';
import { checkedInteger, checkedValue, checkOptions, longestSeason, observedCount, toValues } from '../values.ts';
import type { FittedForecaster } from './contract.ts';
import { withTimes, type ForecasterWithTimes } from './timed/with-times.ts';
import type { EtsState } from './ets-filter.ts';
import {
  etsFreedom,
  etsIsAffordable,
  etsName,
  hasRelativeTrend,
  isEtsTrend,
  isRelative,
  type EtsStructure,
  type EtsTrend,
  type GivenEtsParameters,
} from './ets-structure.ts';
import { fitEts } from './fit-ets.ts';

/** What an ETS model is made of. */
export interface EtsOptions {
  /**
   * Whether the error is a difference or a share of the prediction; a share needs positive values.
   * @default 'multiplicative' with a multiplicative season or trend, else 'additive'
   */
  readonly error?: 'additive' | 'multiplicative' | undefined;
  /**
   * Whether the season is added to the level or multiplies it, which needs positive values.
   * @default 'additive'
   */
  readonly season?: 'additive' | 'multiplicative' | undefined;
  /**
   * Whether the forecast has a slope, or a growth that multiplies the level at every step and needs positive values, and
   * whether it dies away.
   * @default 'additive'
   */
  readonly trend?: EtsTrend | undefined;
  /** Steps in a season: 24 for hourly values with a daily pattern; 1 means none, at most 527,040. @default 1 */
  readonly seasonLength?: number | undefined;
  /** Smoothing parameters to hold fast; `beta` and `gamma` need `alpha`. @default all are estimated */
  readonly parameters?: GivenEtsParameters | undefined;
  /** States before the first value to hold fast. @default estimated */
  readonly initial?: EtsInitial | undefined;
  /**
   * What happens when the series is too short for the model: `'reduce'` leaves out the season, then the trend;
   * `describe().reduced` says so. `'throw'` throws. @default 'reduce'
   */
  readonly whenShort?: 'reduce' | 'throw' | undefined;
}

/** The states of an ETS model before the first value. */
export interface EtsInitial {
  /** The level. */
  readonly level: number;
  /** The slope a step, or the growth where the trend multiplies: 1.02 for 2 %. @default 0, or a growth of 1 */
  readonly slope?: number | undefined;
  /** One index for each step of the season, that of the first value first. @default none */
  readonly season?: readonly number[] | undefined;
}

const fewestObserved = 3;

/**
 * Exponential smoothing as a state space model, error, trend and season as you choose them (all 30 models), by maximum
 * likelihood (Hyndman, Koehler, Ord, Snyder: Forecasting with Exponential Smoothing, 2008). Intervals are analytic for
 * the 15 models that have formulas, and by simulation for the others: those with a multiplicative trend, or with a
 * multiplicative season and additive errors.
 * {@link holtWinters}, {@link holt} and {@link simpleExponentialSmoothing} are its named cases; {@link autoEts} chooses.
 * A part that multiplies needs values above 0. Additive errors with a multiplicative trend or season have no finite
 * variance in theory: R's `ets` and {@link autoEts} offer them only when asked to.
 *
 * Missing values (NaN) have no error: the states follow their own prediction over the gap.
 *
 * A fit costs some milliseconds for 700 values and a season of 24. Beyond 20,000 values the parameters are learned
 * from the last 20,000, so that ten million values take a second or so; states start there too, unless `initial` is given
 * or there are not two seasons, and the likelihood and criteria of `describe` are those of that part. Fitted values before
 * it are those of the same parameters from a start of their own, NaN where the model cannot describe them.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range; from `fit` when a part is multiplicative and a
 * value is not positive, or the model cannot describe the values (the last 20,000).
 *
 * @example
 * ```ts
 * import { ets } from '@novacron/ml';
 *
 * const fitted = ets({ trend: 'none' }).fit([12, 14, 13, 15, 12, 14, 13, 15, 14]);
 * fitted.describe().name // => 'ETS(A,N,N)'
 * fitted.forecast(3, { levels: [0.9] }).mean.length // => 3
 * ```
 */
export function ets(options: EtsOptions = {}): ForecasterWithTimes {
  checkOptions(options);
  const { trend = 'additive', seasonLength = 1, season = 'additive', parameters = {}, initial } = options;
  const growing = trend === 'multiplicative' || trend === 'damped-multiplicative';
  const { error = growing ? 'multiplicative' : season, whenShort = 'reduce' } = options;
  checkKinds(error, season, trend);
  checkedInteger(seasonLength, 'seasonLength', 1, longestSeason);
  checkParameters(parameters);
  const wanted: EtsStructure = { error, trend, season: seasonLength > 1 ? season : undefined, seasonLength };
  const given = initial && toState(initial, wanted);
  const name = etsName(wanted);
  return withTimes({
    name,
    fit(values, fitOptions): FittedForecaster {
      const check = fitBudget(fitOptions);
      const series = toValues(values);
      const observed = observedCount(series);
      if (observed < fewestObserved) throw tooShort(name, fewestObserved, observed);
      if (isRelative(wanted)) checkPositive(series, name);
      if (given !== undefined || etsIsAffordable(wanted, series.length, observed)) {
        return fitEts(series, wanted, { parameters, state: given }, check);
      }
      const needed = etsFreedom(wanted) + 3;
      if (whenShort === 'throw') throw tooShort(`${name} with a season of ${seasonLength}`, needed, observed);
      const simpler: EtsStructure[] = [
        { error, trend, seasonLength: 1 },
        { error, trend: 'additive', seasonLength: 1 },
      ];
      const affordable = simpler.find((structure) => etsIsAffordable(structure, series.length, observed));
      const used = affordable ?? ({ error, trend: 'none', seasonLength: 1 } as const);
      const fixed = affordable === undefined && observed < 6 ? { alpha: 0.5 } : parameters;
      const reduced = `${series.length} values, ${observed} of them observed, are too few for ${name}`;
      return fitEts(series, used, { parameters: fixed }, check, reduced);
    },
  });
}

function checkKinds(error: unknown, season: unknown, trend: unknown): void {
  for (const [option, value] of Object.entries({ error, season })) {
    if (value === 'additive' || value === 'multiplicative') continue;
    throw invalid(`${option} must be additive or multiplicative, not ${String(value)}`, { option, value });
  }
  if (isEtsTrend(trend)) return;
  throw invalid(`trend must be none, additive, damped, multiplicative or damped-multiplicative, not ${String(trend)}`, {
    option: 'trend',
    value: trend,
  });
}

function checkPositive(series: Float64Array, name: string): void {
  const index = series.findIndex((value) => value <= 0);
  if (index === -1) return;
  throw invalid(`${name} needs positive values, but values[${index}] is ${series[index]}`, { index });
}

function tooShort(name: string, needed: number, observed: number): MlError {
  return new MlError({
    kind: 'invalid',
    code: 'NOVA_ML_TOO_SHORT',
    message: `${name} needs at least ${needed} observed values and two seasons, not ${observed} values`,
    details: { needed, observed },
  });
}

function checkParameters({ alpha, beta, gamma, phi }: GivenEtsParameters): void {
  const within = (value: number | undefined, name: string, maximum: number): void => {
    if (value === undefined || (value >= 0 && value <= maximum)) return;
    throw invalid(`${name} must be from 0 to ${maximum}, not ${String(value)}`, { option: name, value });
  };
  if (alpha === undefined && (beta !== undefined || gamma !== undefined)) {
    throw invalid('beta and gamma can only be held fast together with alpha', { option: 'alpha' });
  }
  within(alpha, 'alpha', 1);
  within(beta, 'beta', alpha ?? 1);
  within(gamma, 'gamma', 1 - (alpha ?? 0));
  within(phi, 'phi', 1);
}

function toState({ level, slope, season = [0] }: EtsInitial, structure: EtsStructure): EtsState {
  if (season.length !== structure.seasonLength) {
    throw invalid(`initial.season must have ${structure.seasonLength} indices, not ${season.length}`, {
      option: 'initial.season',
    });
  }
  const start = hasRelativeTrend(structure) ? (slope ?? 1) : structure.trend === 'none' ? 0 : (slope ?? 0);
  const state = Float64Array.of(level, start, ...season);
  state.forEach((value, index) => {
    if (Number.isNaN(checkedValue(value, index))) throw invalid('initial states must not be NaN', { index });
  });
  return state;
}
