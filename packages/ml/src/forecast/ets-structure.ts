/** Which components an ETS model has, and how its error and its season act. */
export interface EtsStructure {
  /** Whether the one-step error is a difference, or a share of the prediction. @default 'additive' */
  readonly error?: 'additive' | 'multiplicative' | undefined;
  /** Whether the forecast has a slope, and whether it dies away. */
  readonly trend: 'none' | 'additive' | 'damped';
  /** Whether the season is added to the level or multiplies it; without a season 'additive'. @default 'additive' */
  readonly season?: 'additive' | 'multiplicative' | undefined;
  /** Steps in a season; 1 means no season. */
  readonly seasonLength: number;
}

/** The smoothing parameters: how much of each one-step error a component takes over. */
export interface EtsParameters {
  /** Level, in [0, 1]. */
  readonly alpha: number;
  /** Slope, in [0, alpha]; 0 without a trend. */
  readonly beta: number;
  /** Season, in [0, 1 - alpha]; 0 without a season. */
  readonly gamma: number;
  /** Damping of the slope, in (0, 1]; 1 when it is not damped. */
  readonly phi: number;
}

/** Smoothing parameters to hold fast; the others are estimated. */
export type GivenEtsParameters = { readonly [Name in keyof EtsParameters]?: EtsParameters[Name] | undefined };

/** Whether the error is a share of the prediction. */
export function hasRelativeError({ error }: EtsStructure): boolean {
  return error === 'multiplicative';
}

/** Whether the season multiplies the level. */
export function hasRelativeSeason({ season, seasonLength }: EtsStructure): boolean {
  return season === 'multiplicative' && seasonLength > 1;
}

/** The model's name in the notation of Hyndman et al. (2008): error, trend, season. */
export function etsName(structure: EtsStructure): string {
  const errorLetter = hasRelativeError(structure) ? 'M' : 'A';
  const trendLetter = { none: 'N', additive: 'A', damped: 'Ad' }[structure.trend];
  const seasonLetter = structure.seasonLength === 1 ? 'N' : hasRelativeSeason(structure) ? 'M' : 'A';
  return `ETS(${errorLetter},${trendLetter},${seasonLetter})`;
}

/** How many numbers are estimated: smoothing parameters and free initial states, without the variance. */
export function etsFreedom({ trend, seasonLength }: EtsStructure): number {
  const trendCount = { none: 0, additive: 2, damped: 3 }[trend];
  const seasonCount = seasonLength > 1 ? seasonLength : 0; // gamma and all indices but one
  return 2 + trendCount + seasonCount;
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
