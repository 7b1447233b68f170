import { longRunVariance } from './long-run-variance.ts';

/**
 * The statistic of Kwiatkowski, Phillips, Schmidt and Shin (1992): the partial sums of what a mean, or a line, leaves,
 * in units of their long-run variance.
 *
 * @returns NaN for values that mean or line explain wholly.
 */
export function kpssStatistic(values: Float64Array, lags: number, trend: 'level' | 'trend'): number {
  const rest = trend === 'level' ? withoutMean(values) : withoutLine(values);
  let partial = 0;
  let sum = 0;
  for (const value of rest) {
    partial += value;
    sum += partial * partial;
  }
  return sum / values.length ** 2 / longRunVariance(rest, lags);
}

/** Values less their mean. */
export function withoutMean(values: Float64Array): Float64Array {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  return values.map((value) => value - mean);
}

/** Values less the least squares line through them. */
export function withoutLine(values: Float64Array): Float64Array {
  const centred = withoutMean(values);
  const middle = (values.length - 1) / 2;
  let products = 0;
  let squares = 0;
  for (let i = 0; i < centred.length; i++) {
    products += (i - middle) * (centred[i] as number);
    squares += (i - middle) ** 2;
  }
  const slope = squares > 0 ? products / squares : 0;
  return centred.map((value, i) => value - slope * (i - middle));
}
