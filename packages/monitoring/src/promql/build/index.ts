export { avg, bottomk, count, max, min, quantile, sum, topk, type Grouping } from './aggregations.ts';
export { func, histogramQuantile, increase, number, rate, scalar, time, type Ranged } from './functions.ts';
export { metric, type LabelWish, type MetricQuery } from './metric.ts';
export {
  type Comparing,
  type Matching,
  type Operand,
  type RangeQuery,
  type ScalarQuery,
  type VectorQuery,
  type WithScalar,
} from './query.ts';
