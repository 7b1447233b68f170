import type { ValueType } from '../ast/expression.ts';

/** What a function takes and gives. */
export interface Signature {
  readonly args: readonly ValueType[];
  /** How many of the last arguments may be left out; -1: the last one may come any number of times. */
  readonly optional: number;
  readonly returns: ValueType;
  /** Whether it must be enabled. */
  readonly experimental: boolean;
}

function signature(args: readonly ValueType[], returns: ValueType = 'vector', optional = 0): Signature {
  return { args, optional, returns, experimental: false };
}

function experimental(args: readonly ValueType[], optional = 0): Signature {
  return { args, optional, returns: 'vector', experimental: true };
}

const ofVector = [
  'abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count',
  'histogram_stddev histogram_stdvar histogram_sum ln log10 log2 rad sgn sin sinh sort sort_desc sqrt tan tanh timestamp',
];
const ofMatrix = [
  'absent_over_time avg_over_time changes count_over_time delta deriv idelta increase irate last_over_time',
  'max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time',
];
const ofDate = ['day_of_month day_of_week day_of_year days_in_month hour minute month year'];
const experimentalOfMatrix = [
  'first_over_time mad_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time',
];

function named(lists: readonly string[], one: Signature): [string, Signature][] {
  return lists.flatMap((list) => list.split(' ')).map((name) => [name, one]);
}

const table: ReadonlyMap<string, Signature> = new Map([
  ...named(ofVector, signature(['vector'])),
  ...named(ofMatrix, signature(['matrix'])),
  ...named(ofDate, signature(['vector'], 'vector', 1)),
  ...named(experimentalOfMatrix, experimental(['matrix'])),
  ['clamp', signature(['vector', 'scalar', 'scalar'])],
  ['clamp_max', signature(['vector', 'scalar'])],
  ['clamp_min', signature(['vector', 'scalar'])],
  ['histogram_fraction', signature(['scalar', 'scalar', 'vector'])],
  ['histogram_quantile', signature(['scalar', 'vector'])],
  ['label_join', signature(['vector', 'string', 'string', 'string'], 'vector', -1)],
  ['label_replace', signature(['vector', 'string', 'string', 'string', 'string'])],
  ['pi', signature([], 'scalar')],
  ['predict_linear', signature(['matrix', 'scalar'])],
  ['quantile_over_time', signature(['scalar', 'matrix'])],
  ['round', signature(['vector', 'scalar'], 'vector', 1)],
  ['scalar', signature(['vector'], 'scalar')],
  ['time', signature([], 'scalar')],
  ['vector', signature(['scalar'])],
  ['double_exponential_smoothing', experimental(['matrix', 'scalar', 'scalar'])],
  ['histogram_quantiles', experimental(['vector', 'string', 'scalar'], -1)],
  ['info', experimental(['vector', 'vector'], 1)],
  ['sort_by_label', experimental(['vector', 'string'], -1)],
  ['sort_by_label_desc', experimental(['vector', 'string'], -1)],
]);

/** The names of all functions, sorted. */
export const functionNames: readonly string[] = [...table.keys()].sort();

/** What a function takes and gives; none for one that is not known. */
export function signatureOf(name: string): Signature | undefined {
  return table.get(name);
}
