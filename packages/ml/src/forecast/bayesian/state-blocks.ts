/** How the level moves. */
export type BayesianTrend = 'level' | 'linear' | 'semi-local';

/** A season of a Bayesian structural model. */
export interface BayesianSeason {
  /** Steps in the season, from 2. */
  readonly seasonLength: number;
  /**
   * Sines and cosines that turn with the season, so many of them; smooth, and cheap for long seasons.
   * @default a free value for each step of the season
   */
  readonly harmonics?: number | undefined;
}

/**
 * A part of the state with its own transition. Rows and columns of a covariance move like the state itself, so numbers
 * are handed over with where they begin and how far they lie apart.
 */
export interface StateBlock {
  /** What it is: `trend`, `season24`. */
  readonly name: string;
  /** How many numbers it has. */
  readonly size: number;
  /** Which of them make the value, each with the weight 1. */
  readonly observed: readonly number[];
  /** Which of them are disturbed, and by which variance, by its name. */
  readonly disturbed: readonly (readonly [place: number, variance: string])[];
  /** Multiplies the numbers by the transition. */
  readonly advance: (numbers: Float64Array, from: number, stride: number, damping: number) => void;
  /** Multiplies the numbers by the transposed transition. */
  readonly retreat: (numbers: Float64Array, from: number, damping: number) => void;
}

/** A level; with a slope that wanders; or with one that returns to a mean, which is the third number of the state. */
export function trendBlock(trend: BayesianTrend): StateBlock {
  const shared = { name: 'trend', observed: [0] };
  if (trend === 'level') {
    const stay = (): void => {};
    return { ...shared, size: 1, disturbed: [[0, 'level']], advance: stay, retreat: stay };
  }
  const disturbed = [[0, 'level'] as const, [1, 'slope'] as const];
  if (trend === 'linear') {
    return {
      ...shared,
      size: 2,
      disturbed,
      advance(x, from, stride) {
        x[from] = (x[from] as number) + (x[from + stride] as number);
      },
      retreat(x, from) {
        x[from + 1] = (x[from + 1] as number) + (x[from] as number);
      },
    };
  }
  return {
    ...shared,
    size: 3,
    disturbed,
    advance(x, from, stride, damping) {
      const slope = x[from + stride] as number;
      x[from] = (x[from] as number) + slope;
      x[from + stride] = damping * slope + (1 - damping) * (x[from + 2 * stride] as number);
    },
    retreat(x, from, damping) {
      const slope = x[from + 1] as number;
      x[from + 1] = (x[from] as number) + damping * slope;
      x[from + 2] = (x[from + 2] as number) + (1 - damping) * slope;
    },
  };
}

/** A season of free values that add up to a disturbance over a round, or one of waves. */
export function seasonBlock({ seasonLength, harmonics }: BayesianSeason): StateBlock {
  return harmonics === undefined ? dummySeason(seasonLength) : waves(seasonLength, harmonics);
}

/** The latest value of the season first. */
function dummySeason(seasonLength: number): StateBlock {
  const size = seasonLength - 1;
  const name = `season${seasonLength}`;
  return {
    name,
    size,
    observed: [0],
    disturbed: [[0, name]],
    advance(x, from, stride) {
      let sum = 0;
      for (let i = size - 1; i >= 0; i--) {
        const place = from + i * stride;
        sum += x[place] as number;
        if (i > 0) x[place] = x[place - stride] as number;
      }
      x[from] = -sum;
    },
    retreat(x, from) {
      const first = x[from] as number;
      for (let i = 0; i < size; i++) x[from + i] = (i + 1 < size ? (x[from + i + 1] as number) : 0) - first;
    },
  };
}

/** A pair of numbers a wave, which turn; the fastest wave of an even season has but one, which changes its sign. */
function waves(seasonLength: number, harmonics: number): StateBlock {
  const alone = 2 * harmonics === seasonLength;
  const size = 2 * harmonics - (alone ? 1 : 0);
  const name = `season${seasonLength}`;
  const angles = Float64Array.from({ length: harmonics }, (_, k) => (2 * Math.PI * (k + 1)) / seasonLength);
  const cosines = angles.map(Math.cos);
  const sines = angles.map(Math.sin);
  const turn = (x: Float64Array, from: number, stride: number, direction: 1 | -1): void => {
    for (let k = 0; k < harmonics; k++) {
      const place = from + 2 * k * stride;
      const a = x[place] as number;
      if (alone && k === harmonics - 1) {
        x[place] = -a;
        continue;
      }
      const b = x[place + stride] as number;
      const cosine = cosines[k] as number;
      const sine = direction * (sines[k] as number);
      x[place] = cosine * a + sine * b;
      x[place + stride] = cosine * b - sine * a;
    }
  };
  return {
    name,
    size,
    observed: Array.from(angles, (_, k) => 2 * k),
    disturbed: Array.from({ length: size }, (_, i) => [i, name] as const),
    advance: (x, from, stride) => turn(x, from, stride, 1),
    retreat: (x, from) => turn(x, from, 1, -1),
  };
}
