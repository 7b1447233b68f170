import { normalQuantile } from '../../statistics/normal-quantile.ts';

/** From so many errors on, their spread is taken as known. */
const manyErrors = 24;

/**
 * Half widths of intervals from the errors of a validation: split conformal prediction (Lei et al. 2018) on errors
 * that were divided by a spread that grows with the horizon, `sqrt(a + b step)`, so that all steps can be pooled.
 * Where there are fewer errors than a level needs, and beyond the largest, a normal tail takes over.
 *
 * @param errors - Of each origin, by step; NaN where the value was missing.
 * @param horizon - How many steps.
 * @returns a function that gives the half width of each step for a level.
 */
export function conformalWidths(errors: readonly Float64Array[], horizon: number): (level: number) => Float64Array {
  const spread = spreadOf(errors, horizon);
  const ratios: number[] = [];
  let squares = 0;
  for (const row of errors) {
    for (let step = 0; step < row.length; step++) {
      const ratio = Math.abs(row[step] as number) / (spread[Math.min(step, horizon - 1)] as number);
      if (!Number.isFinite(ratio)) continue;
      ratios.push(ratio);
      squares += ratio * ratio;
    }
  }
  ratios.sort((a, b) => a - b);
  const count = ratios.length;
  const deviation = count > 0 ? Math.sqrt(squares / count) : 1;
  return (level) => {
    const rank = Math.ceil((count + 1) * level);
    const empirical = rank <= count ? (ratios[rank - 1] as number) : 0;
    // Errors of one origin move together, so that a few origins say less than their number.
    const few = 1 + 1 / Math.max(1, errors.length) + 1.2 * Math.max(0, 1 - count / manyErrors);
    const normal = normalQuantile(0.5 + level / 2) * deviation * few;
    const quantile = Math.max(empirical, normal);
    return spread.map((unit) => unit * quantile);
  };
}

function spreadOf(errors: readonly Float64Array[], horizon: number): Float64Array {
  let n = 0;
  let sx = 0;
  let sy = 0;
  let sxx = 0;
  let sxy = 0;
  for (const row of errors) {
    for (let step = 0; step < row.length; step++) {
      const square = (row[step] as number) ** 2;
      if (!Number.isFinite(square)) continue;
      const x = step + 1;
      n++;
      sx += x;
      sy += square;
      sxx += x * x;
      sxy += x * square;
    }
  }
  const mean = n > 0 ? sy / n : 0;
  const wanted = (n * sxy - sx * sy) / (n * sxx - sx * sx);
  // Between no growth and that of a random walk.
  const slope =
    Number.isFinite(wanted) && n > 3 ? Math.min(Math.max(wanted, 0), (mean * n) / sx) : n > 0 ? (mean * n) / sx : 0;
  const intercept = Math.max(0, mean - (slope * sx) / Math.max(1, n));
  return Float64Array.from({ length: horizon }, (_, step) =>
    Math.sqrt(Math.max(intercept + slope * (step + 1), mean * 0.05)),
  );
}
