import type { Aggregate } from '../../store/rollup.ts';
import { changes, resets } from './counting.ts';
import { delta, increase, rate } from './extrapolate.ts';
import { idelta, irate } from './instant-rate.ts';
import {
  avgOverTime,
  countOverTime,
  firstOverTime,
  lastOverTime,
  maxOverTime,
  minOverTime,
  presentOverTime,
  stddevOverTime,
  stdvarOverTime,
  sumOverTime,
  timeOfFirst,
  timeOfLast,
  timeOfMax,
  timeOfMin,
} from './over-time.ts';
import { madOverTime, quantileOverTime } from './quantile.ts';
import { deriv, predictLinear } from './regression.ts';
import { doubleExponentialSmoothing } from './smoothing.ts';
import type { RangeFunction } from './windows.ts';

/** The functions of range vectors by name; `absent_over_time` is not among them. */
export const rangeFunctions: ReadonlyMap<string, RangeFunction> = new Map([
  ['rate', rate],
  ['increase', increase],
  ['delta', delta],
  ['irate', irate],
  ['idelta', idelta],
  ['sum_over_time', sumOverTime],
  ['avg_over_time', avgOverTime],
  ['min_over_time', minOverTime],
  ['max_over_time', maxOverTime],
  ['count_over_time', countOverTime],
  ['present_over_time', presentOverTime],
  ['last_over_time', lastOverTime],
  ['first_over_time', firstOverTime],
  ['stddev_over_time', stddevOverTime],
  ['stdvar_over_time', stdvarOverTime],
  ['quantile_over_time', quantileOverTime],
  ['mad_over_time', madOverTime],
  ['deriv', deriv],
  ['predict_linear', predictLinear],
  ['changes', changes],
  ['resets', resets],
  ['ts_of_first_over_time', timeOfFirst],
  ['ts_of_last_over_time', timeOfLast],
  ['ts_of_max_over_time', timeOfMax],
  ['ts_of_min_over_time', timeOfMin],
  ['double_exponential_smoothing', doubleExponentialSmoothing],
]);

/** What buckets must tell, so that a function of them is that of their samples, and which function that is. */
export const bucketFunctions: ReadonlyMap<string, { readonly aggregate: Aggregate; readonly call: RangeFunction }> =
  new Map([
    ['sum_over_time', { aggregate: 'sum', call: sumOverTime }],
    ['count_over_time', { aggregate: 'count', call: sumOverTime }],
    ['min_over_time', { aggregate: 'min', call: minOverTime }],
    ['max_over_time', { aggregate: 'max', call: maxOverTime }],
    ['last_over_time', { aggregate: 'last', call: lastOverTime }],
    ['present_over_time', { aggregate: 'count', call: presentOverTime }],
    ['rate', { aggregate: 'last', call: rate }],
    ['increase', { aggregate: 'last', call: increase }],
    ['delta', { aggregate: 'last', call: delta }],
  ]);

/** Functions whose series keep the metric's name. */
export const keepingName: ReadonlySet<string> = new Set(['last_over_time', 'first_over_time']);
