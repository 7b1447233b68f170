/** What to minimise, and where. */
export interface NelderMeadProblem {
  /** Where to start; not changed. */
  readonly start: Float64Array;
  /** Size of the first simplex in each direction. */
  readonly step: number;
  /** Lower bound of each coordinate. */
  readonly lower: Float64Array;
  /** Upper bound of each coordinate. */
  readonly upper: Float64Array;
  /** The function; its argument is only lent. NaN counts as infinitely bad. */
  readonly evaluate: (point: Float64Array) => number;
  /** The most evaluations. */
  readonly maxEvaluations: number;
  /** Stops when the best and the worst corner differ by less than this part of the best. */
  readonly tolerance: number;
}

/**
 * Minimises a function without derivatives inside a box: the simplex method of Nelder and Mead (1965) with the usual
 * coefficients; points beyond a bound are moved onto it.
 *
 * @returns the best point found and its value.
 */
export function nelderMead(problem: NelderMeadProblem): { point: Float64Array; value: number } {
  const { start, step, lower, upper, maxEvaluations, tolerance } = problem;
  const size = start.length;
  let evaluations = 0;
  const evaluate = (point: Float64Array): number => {
    evaluations++;
    for (let i = 0; i < size; i++) {
      point[i] = Math.min(upper[i] as number, Math.max(lower[i] as number, point[i] as number));
    }
    const value = problem.evaluate(point);
    return Number.isNaN(value) ? Infinity : value;
  };
  const corner = (point: Float64Array): Corner => ({ point, value: evaluate(point) });

  const corners = [corner(start.slice())];
  for (let i = 0; i < size; i++) {
    const point = start.slice();
    const inside = (point[i] as number) + step <= (upper[i] as number);
    point[i] = (point[i] as number) + (inside ? step : -step);
    corners.push(corner(point));
  }
  const byValue = (a: Corner, b: Corner): number => a.value - b.value;
  corners.sort(byValue);

  const centre = new Float64Array(size);
  for (;;) {
    if (size === 0 || evaluations >= maxEvaluations) break;
    const best = corners[0] as Corner;
    const worst = corners[size] as Corner;
    if (!(worst.value - best.value > tolerance * Math.abs(best.value))) break;
    centre.fill(0);
    for (let c = 0; c < size; c++) {
      const { point } = corners[c] as Corner;
      for (let i = 0; i < size; i++) centre[i] = (centre[i] as number) + (point[i] as number) / size;
    }
    const away = (factor: number): Corner =>
      corner(centre.map((middle, i) => middle + factor * (middle - (worst.point[i] as number))));
    const reflected = away(1);
    if (reflected.value < best.value) {
      const expanded = away(2);
      corners[size] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < (corners[size - 1] as Corner).value) {
      corners[size] = reflected;
    } else {
      const contracted = away(reflected.value < worst.value ? 0.5 : -0.5);
      if (contracted.value < Math.min(reflected.value, worst.value)) {
        corners[size] = contracted;
      } else {
        for (let c = 1; c <= size; c++) {
          const { point } = corners[c] as Corner;
          corners[c] = corner(point.map((x, i) => (x + (best.point[i] as number)) / 2));
        }
      }
    }
    corners.sort(byValue);
  }
  return corners[0] as Corner;
}

interface Corner {
  readonly point: Float64Array;
  readonly value: number;
}
