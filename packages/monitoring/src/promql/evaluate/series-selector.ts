import type { Matcher, VectorSelector } from '../ast/expression.ts';
import { executionError } from '../error.ts';
import { compileRegex } from '../parse/regex.ts';
import type { LabelCondition } from '../../store/label-selector.ts';
import type { SeriesSelector } from '../../store/metric-store.ts';

/** What a store is asked for a selector. */
export function toSeriesSelector({ name, matchers }: VectorSelector): SeriesSelector {
  const byLabel = new Map<string, LabelCondition[]>();
  if (name !== undefined) byLabel.set('__name__', [{ op: '=', value: name }]);
  for (const matcher of matchers) {
    const conditions = byLabel.get(matcher.label);
    if (conditions === undefined) byLabel.set(matcher.label, [toCondition(matcher)]);
    else conditions.push(toCondition(matcher));
  }
  const conditions = Array.from(byLabel, ([label, all]): [string, LabelCondition] => [label, joined(all)]);
  const metric = conditions.find(([label]) => label === '__name__')?.[1];
  const labels = Object.fromEntries(conditions.filter(([label]) => label !== '__name__'));
  return metric?.op === '=' ? { metric: metric.value, labels } : { metricMatch: metric, labels };
}

function toCondition({ op, value }: Matcher): LabelCondition {
  if (op === '=' || op === '!=') return { op, value };
  const regex = compileRegex(value);
  if ('error' in regex) throw executionError(regex.error);
  const { test, literals, prefix } = regex;
  if (literals !== undefined) return { op: op === '=~' ? 'in' : 'not-in', values: literals };
  if (prefix === undefined || op === '!~')
    return { op: 'test', test: remembering((text) => test(text) === (op === '=~')) };
  return { op: 'prefix', value: prefix };
}

/** A test that is asked once for each value: many series share one, and a regular expression is slow. */
function remembering(test: (value: string) => boolean): (value: string) => boolean {
  const known = new Map<string, boolean>();
  return (value) => {
    let result = known.get(value);
    if (result === undefined) known.set(value, (result = test(value)));
    return result;
  };
}

/** One condition for several on the same label. */
function joined(conditions: readonly LabelCondition[]): LabelCondition {
  const [first] = conditions as [LabelCondition];
  if (conditions.length === 1) return first;
  const tests = conditions.map(toTest);
  return { op: 'test', test: (value) => tests.every((test) => test(value)) };
}

function toTest(condition: LabelCondition): (value: string) => boolean {
  switch (condition.op) {
    case '=':
      return (value) => value === condition.value;
    case '!=':
      return (value) => value !== condition.value;
    case 'prefix':
      return (value) => value.startsWith(condition.value);
    case 'test':
      return condition.test;
    default:
      return (value) => condition.values.includes(value) === (condition.op === 'in');
  }
}
