import { invalidInput } from '../../error.ts';
import type { AtTime, Matcher, TimeShift, VectorSelector } from '../ast/expression.ts';
import { compileRegex } from '../parse/regex.ts';
import { duration, signedDuration } from './duration.ts';
import { nowhere, RangeQuery, VectorQuery } from './query.ts';

/**
 * What a label must be: a text, one of several, a regular expression of the whole value without the flags `i`, `m` and `v`,
 * or not one of these.
 */
export type LabelWish = string | RegExp | readonly string[] | { readonly not: string | RegExp | readonly string[] };

/** A selector, as the start of a query. */
export class MetricQuery extends VectorQuery {
  readonly #selector: VectorSelector;

  /** @param selector - The selector. */
  constructor(selector: VectorSelector) {
    super(selector);
    this.#selector = selector;
  }

  /**
   * The samples of the last minutes: `metric[5m]`.
   *
   * @param range - `'5m'` or milliseconds.
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when the range is none.
   */
  range(range: string | number): RangeQuery {
    return new RangeQuery({ kind: 'matrix', selector: this.#selector, rangeMs: duration(range), range: nowhere });
  }

  /**
   * As it was some time ago.
   *
   * @param offset - `'1d'` or milliseconds; negative ones, `'-1d'`, look ahead.
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when the offset is no duration.
   */
  offset(offset: string | number): MetricQuery {
    return this.#shifted({ offsetMs: signedDuration(offset) });
  }

  /** As it was at a time, or at the query's start or end. */
  at(at: AtTime): MetricQuery {
    return this.#shifted({ at });
  }

  #shifted(shift: Partial<TimeShift>): MetricQuery {
    return new MetricQuery({ ...this.#selector, ...shift });
  }
}

/**
 * Starts a query with a metric. Regular expressions are taken as RE2 understands them and match whole values.
 *
 * @param name - The metric's name.
 * @param labels - What its labels must be.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when RE2 does not know a regular expression or its flags, or a list is
 * empty: nothing can be one of none.
 *
 * @example
 * ```ts
 * import { metric, rate, sum } from '@novacron/monitoring/promql';
 *
 * const errors = rate(metric('http_requests_total', { code: /5../, job: ['a', 'b'] }), '5m');
 * `${sum(errors, { by: ['job'] }).above(0.5)}` // => 'sum by (job) (rate(http_requests_total{code=~"5..",job=~"a|b"}[5m])) > 0.5'
 * ```
 */
export function metric(name: string, labels: Readonly<Record<string, LabelWish>> = {}): MetricQuery {
  const matchers = Object.entries(labels).map(([label, wish]) => matcherOf(label, wish));
  return new MetricQuery({ kind: 'vector', name, matchers, offsetMs: 0, range: nowhere });
}

function matcherOf(label: string, wish: LabelWish): Matcher {
  if (typeof wish === 'object' && 'not' in wish) {
    const { op, value } = matcherOf(label, wish.not);
    return { label, op: op === '=' ? '!=' : '!~', value };
  }
  if (typeof wish === 'string') return { label, op: '=', value: wish };
  const flags = wish instanceof RegExp ? wish.flags.replace(/[dgsuy]/g, '') : '';
  if (flags !== '') throw invalidInput(`Label ${label}: a query has no regular expression with ${flags}`, { label });
  if (Array.isArray(wish) && wish.length === 0) throw invalidInput(`Label ${label} needs a value to be`, { label });
  const pattern = wish instanceof RegExp ? wish.source : wish.map(literal).join('|');
  const regex = compileRegex(pattern);
  if ('error' in regex) throw invalidInput(`Label ${label}: ${regex.error}`, { label });
  return { label, op: '=~', value: pattern };
}

/** A text as a regular expression that matches nothing else. */
function literal(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
