/** How the level moves on by itself: not at all, by a slope that is added, or by a growth that multiplies. */
export type EtsTrend = 'none' | 'additive' | 'damped' | 'multiplicative' | 'damped-multiplicative';

/** Every trend, as the letter that Hyndman et al. (2008) give it, and how many numbers it has to estimate. */
const trends: Readonly<Record<EtsTrend, { readonly letter: string; readonly freedom: number }>> = {
  none: { letter: 'N', freedom: 0 },
  additive: { letter: 'A', freedom: 2 },
  damped: { letter: 'Ad', freedom: 3 },
  multiplicative: { letter: 'M', freedom: 2 },
  'damped-multiplicative': { letter: 'Md', freedom: 3 },
};

/** Which components an ETS model has, and how its error and its season act. */
export interface EtsStructure {
  /** Whether the one-step error is a difference, or a share of the prediction. @default 'additive' */
  readonly error?: 'additive' | 'multiplicative' | undefined;
  /** Whether the forecast has a slope or a growth, and whether it dies away. */
  readonly trend: EtsTrend;
  /** Whether the season is added to the level or multiplies it; without a season 'additive'. @default 'additive' */
  readonly season?: 'additive' | 'multiplicative' | undefined;
  /** Steps in a season; 1 means no season. */
  readonly seasonLength: number;
}

/** The smoothing parameters: how much of each one-step error a component takes over. */
export interface EtsParameters {
  /** Level, in [0, 1]. */
  readonly alpha: number;
  /** Slope or growth, in [0, alpha]; 0 without a trend. */
  readonly beta: number;
  /** Season, in [0, 1 - alpha]; 0 without a season. */
  readonly gamma: number;
  /** Damping of the slope or the growth, in (0, 1]; 1 when it is not damped. */
  readonly phi: number;
}

/** Smoothing parameters to hold fast; the others are estimated. */
export type GivenEtsParameters = { readonly [Name in keyof EtsParameters]?: EtsParameters[Name] | undefined };

/** Tells a trend from anything else. */
export function isEtsTrend(trend: unknown): trend is EtsTrend {
  return typeof trend === 'string' && Object.hasOwn(trends, trend);
}

/** Whether the error is a share of the prediction. */
export function hasRelativeError({ error }: EtsStructure): boolean {
  return error === 'multiplicative';
}

/** Whether the level grows by a factor. */
export function hasRelativeTrend({ trend }: EtsStructure): boolean {
  return trend === 'multiplicative' || trend === 'damped-multiplicative';
}

/** Whether the trend dies away. */
export function hasDampedTrend({ trend }: EtsStructure): boolean {
  return trend === 'damped' || trend === 'damped-multiplicative';
}

/** Whether the season multiplies the level. */
export function hasRelativeSeason({ season, seasonLength }: EtsStructure): boolean {
  return season === 'multiplicative' && seasonLength > 1;
}

/** Whether any part multiplies, so that only positive values can be described. */
export function isRelative(structure: EtsStructure): boolean {
  return hasRelativeError(structure) || hasRelativeTrend(structure) || hasRelativeSeason(structure);
}

/** Whether it is of class 4 or 5 of Hyndman et al. (2008), chapter 6: variances of its forecasts have no formula. */
export function hasNoVarianceFormula(structure: EtsStructure): boolean {
  return hasRelativeTrend(structure) || (hasRelativeSeason(structure) && !hasRelativeError(structure));
}

/**
 * Whether its forecasts have an infinite variance, or its states can divide by zero: those that R's `ets` leaves out
 * unless `restrict = FALSE` (Hyndman et al. 2008, section 15.2).
 */
export function isUnstable(structure: EtsStructure): boolean {
  if (!hasRelativeError(structure)) return hasRelativeTrend(structure) || hasRelativeSeason(structure);
  return hasRelativeTrend(structure) && structure.seasonLength > 1 && !hasRelativeSeason(structure);
}

/** The model's name in the notation of Hyndman et al. (2008): error, trend, season. */
export function etsName(structure: EtsStructure): string {
  const errorLetter = hasRelativeError(structure) ? 'M' : 'A';
  const seasonLetter = structure.seasonLength === 1 ? 'N' : hasRelativeSeason(structure) ? 'M' : 'A';
  return `ETS(${errorLetter},${trends[structure.trend].letter},${seasonLetter})`;
}

/** How many numbers are estimated: smoothing parameters and free initial states, without the variance. */
export function etsFreedom({ trend, seasonLength }: EtsStructure): number {
  const seasonCount = seasonLength > 1 ? seasonLength : 0; // gamma and all indices but one
  return 2 + trends[trend].freedom + seasonCount;
}

/**
 * Whether a series is long enough: two seasons, and observed values enough to leave the model's AICc defined.
 *
 * @param length - Values in all.
 * @param observed - Those that are not missing.
 */
export function etsIsAffordable(structure: EtsStructure, length: number, observed: number): boolean {
  const seasons = structure.seasonLength > 1 ? 2 : 0;
  return length >= seasons * structure.seasonLength && observed >= etsFreedom(structure) + 3;
}

/**
 * The states in another unit: a growth and indices that multiply have none.
 *
 * @param convert - Takes a number of the old unit to the new one.
 */
export function inUnit(state: Float64Array, structure: EtsStructure, convert: (value: number) => number): Float64Array {
  const slope = !hasRelativeTrend(structure);
  const season = !hasRelativeSeason(structure);
  return state.map((value, i) => (i === 0 || (i === 1 ? slope : season) ? convert(value) : value));
}
