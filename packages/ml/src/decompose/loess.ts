/** How a row of equally spaced values is smoothed. */
export interface LoessOptions {
  /** How many neighbours take part, odd. */
  readonly window: number;
  /** 0 fits a constant around each point, 1 a line. */
  readonly degree: 0 | 1;
  /** The smooth is computed at every so many points and drawn as lines between them. */
  readonly jump: number;
}

const scratch: { weights: Float64Array } = { weights: new Float64Array(1_024) };

/**
 * Locally weighted regression with tricube weights on equally spaced values (Cleveland 1979), with the jumps of
 * Cleveland, Cleveland, McRae and Terpenning's STL (1990).
 *
 * @param values - The values; `count` of them from the start.
 * @param robustness - A further weight for each value.
 * @param out - Gets the smooth, from `offset` on.
 */
export function loess(
  values: Float64Array,
  count: number,
  { window, degree, jump }: LoessOptions,
  robustness: Float64Array | undefined,
  out: Float64Array,
  offset: number = 0,
): void {
  if (count < 2) {
    out[offset] = values[0] as number;
    return;
  }
  const step = Math.min(jump, count - 1);
  const half = (window + 1) >> 1;
  let left = 0;
  let right = Math.min(window, count) - 1;
  const at = (i: number): void => {
    const smooth = loessAt(values, count, window, degree, i, left, right, robustness);
    out[offset + i] = smooth === smooth ? smooth : (values[i] as number);
  };
  for (let i = 0; i < count; i += step) {
    if (window < count) {
      if (i + 1 < half) left = 0;
      else if (i + 1 >= count - half + 1) left = count - window;
      else left = i + 1 - half;
      right = left + window - 1;
    }
    at(i);
  }
  if (step === 1) return;
  let last = 0;
  for (let i = 0; i + step < count; i += step) {
    interpolate(out, offset + i, offset + i + step);
    last = i + step;
  }
  if (last !== count - 1) {
    at(count - 1);
    interpolate(out, offset + last, offset + count - 1);
  }
}

/**
 * The smooth at one place, which may lie outside of the values.
 *
 * @returns NaN where all weights are 0.
 */
export function loessAt(
  values: Float64Array,
  count: number,
  window: number,
  degree: 0 | 1,
  place: number,
  left: number,
  right: number,
  robustness: Float64Array | undefined,
): number {
  if (scratch.weights.length < count) scratch.weights = new Float64Array(2 * count);
  const weights = scratch.weights;
  let reach = Math.max(place - left, right - place);
  if (window > count) reach += (window - count) >> 1;
  const far = 0.999 * reach;
  const near = 0.001 * reach;
  let total = 0;
  let moment = 0;
  for (let j = left; j <= right; j++) {
    const distance = Math.abs(j - place);
    let weight = 0;
    if (distance <= far) {
      weight = 1;
      if (distance > near) {
        const ratio = distance / reach;
        const cube = 1 - ratio * ratio * ratio;
        weight = cube * cube * cube;
      }
      if (robustness !== undefined) weight *= robustness[j] as number;
    }
    weights[j] = weight;
    total += weight;
    moment += weight * j;
  }
  if (!(total > 0)) return NaN;
  let level = 0;
  if (reach > 0 && degree > 0) {
    const centre = moment / total;
    let spread = 0;
    for (let j = left; j <= right; j++) spread += (weights[j] as number) * (j - centre) * (j - centre);
    spread /= total;
    if (Math.sqrt(spread) > 0.001 * (count - 1)) {
      const tilt = (place - centre) / spread;
      for (let j = left; j <= right; j++) {
        level += (weights[j] as number) * (1 + tilt * (j - centre)) * (values[j] as number);
      }
      return level / total;
    }
  }
  for (let j = left; j <= right; j++) level += (weights[j] as number) * (values[j] as number);
  return level / total;
}

function interpolate(out: Float64Array, from: number, to: number): void {
  const start = out[from] as number;
  const slope = ((out[to] as number) - start) / (to - from);
  for (let i = from + 1; i < to; i++) out[i] = start + slope * (i - from);
}
