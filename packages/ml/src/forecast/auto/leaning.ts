import type { ForecastInterval } from '../contract.ts';

/**
 * How far an interval leans upwards where values are never negative: both of its ends move by this, so that they are as
 * far from the forecast in square roots. That is half way between errors of one size and errors in proportion to the
 * level (Box and Cox 1964): loads near 0 burst upwards, loads far from it err either way. Where the lower end would turn
 * round at 0, it leans no further.
 *
 * @param mean - The forecast.
 * @param width - Half the width of the interval.
 */
export function leaning(mean: number, width: number): number {
  // (√mean ± width / 2√mean)² is mean ± width + width² / 4 mean.
  return width > 0 ? (width * Math.min(width / Math.max(mean, 0), 2)) / 4 : 0;
}

/**
 * The interval around a forecast.
 *
 * @param widths - Half of its width at each step.
 * @param leans - Whether it leans upwards.
 */
export function leaningInterval(
  level: number,
  mean: Float64Array,
  widths: Float64Array,
  leans: boolean,
): ForecastInterval {
  const lower = new Float64Array(mean.length);
  const upper = new Float64Array(mean.length);
  for (let step = 0; step < mean.length; step++) {
    const middle = mean[step] as number;
    const width = widths[step] as number;
    const lean = leans ? leaning(middle, width) : 0;
    lower[step] = middle - width + lean;
    upper[step] = middle + width + lean;
  }
  return { level, lower, upper };
}
