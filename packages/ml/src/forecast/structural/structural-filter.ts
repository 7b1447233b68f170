/** Which components a structural model has. */
export interface StructuralShape {
  /** Whether the level has a slope. */
  readonly slope: boolean;
  /** Steps in the season; 1 without one. */
  readonly seasonLength: number;
}

/** Variances of a structural model's disturbances. */
export interface StructuralVariances {
  /** Of the level. */
  readonly level: number;
  /** Of the slope. */
  readonly slope: number;
  /** Of the season. */
  readonly season: number;
  /** Of the observations. */
  readonly irregular: number;
}

/** Expected state and its covariance: level, slope if there is one, then the season's last values, latest first. */
export interface StructuralState {
  /** Expected state before the next value. */
  readonly expected: Float64Array;
  /** Its covariance, row by row. */
  readonly covariance: Float64Array;
}

/** How many numbers the state has. */
export function structuralSize({ slope, seasonLength }: StructuralShape): number {
  return 1 + (slope ? 1 : 0) + seasonLength - 1;
}

/** The state before the first value: nothing is known but the level's place. */
export function structuralStart(shape: StructuralShape, level: number, unknown: number): StructuralState {
  const size = structuralSize(shape);
  const expected = new Float64Array(size);
  expected[0] = level;
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i++) covariance[i * size + i] = unknown;
  return { expected, covariance };
}

/** What is expected of the next value. */
export function structuralPrediction(shape: StructuralShape, { expected }: StructuralState): number {
  const first = shape.slope ? 2 : 1;
  return (expected[0] as number) + (shape.seasonLength > 1 ? (expected[first] as number) : 0);
}

/**
 * One step of the Kalman filter; `O(size²)`.
 *
 * @param gain - Room for as many numbers as the state has.
 * @returns the variance of the innovation.
 */
export function structuralStep(
  shape: StructuralShape,
  variances: StructuralVariances,
  state: StructuralState,
  value: number,
  gain: Float64Array,
): number {
  const { expected, covariance } = state;
  const size = expected.length;
  const first = shape.slope ? 2 : 1;
  const seasonal = shape.seasonLength > 1;
  for (let i = 0; i < size; i++) {
    const row = i * size;
    gain[i] = (covariance[row] as number) + (seasonal ? (covariance[row + first] as number) : 0);
  }
  const variance = (gain[0] as number) + (seasonal ? (gain[first] as number) : 0) + variances.irregular;
  if (value === value && variance > 0) {
    const share = (value - structuralPrediction(shape, state)) / variance;
    for (let i = 0; i < size; i++) {
      expected[i] = (expected[i] as number) + (gain[i] as number) * share;
      const part = (gain[i] as number) / variance;
      const row = i * size;
      for (let j = 0; j < size; j++) covariance[row + j] = (covariance[row + j] as number) - part * (gain[j] as number);
    }
  }
  advance(expected, 0, 1, size, shape);
  for (let j = 0; j < size; j++) advance(covariance, j, size, size, shape);
  for (let i = 0; i < size; i++) advance(covariance, i * size, 1, size, shape);
  covariance[0] = (covariance[0] as number) + variances.level;
  if (shape.slope) covariance[size + 1] = (covariance[size + 1] as number) + variances.slope;
  if (seasonal) covariance[first * size + first] = (covariance[first * size + first] as number) + variances.season;
  return variance;
}

/** Applies the transition to a row or a column. */
function advance(numbers: Float64Array, from: number, stride: number, size: number, { slope }: StructuralShape): void {
  if (slope) numbers[from] = (numbers[from] as number) + (numbers[from + stride] as number);
  const first = slope ? 2 : 1;
  if (first >= size) return;
  let sum = 0;
  for (let i = size - 1; i >= first; i--) {
    const place = from + i * stride;
    sum += numbers[place] as number;
    if (i > first) numbers[place] = numbers[place - stride] as number;
  }
  numbers[from + first * stride] = -sum;
}
