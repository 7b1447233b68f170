import type { LabelCondition } from '../store/label-selector.ts';
import { matchValue } from '../store/label-selector.ts';
import type { SeriesSelector } from '../store/metric-store.ts';

/** A selector as PromQL has it. */
export interface RemoteSelector {
  readonly text: string;
  /** Whether the text says it all. */
  readonly isWhole: boolean;
  /** What PromQL can't say; true when nothing is left to test. */
  readonly matches: (metric: Readonly<Record<string, string>>) => boolean;
}

/**
 * A selector in PromQL, and a test for those of its conditions that are functions.
 *
 * @param own - Labels that all series have on the other side.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when a condition makes no sense.
 */
export function toPromql(selector: SeriesSelector, own: Readonly<Record<string, string>>): RemoteSelector {
  const matchers: string[] = [];
  const tests: ((metric: Readonly<Record<string, string>>) => boolean)[] = [];
  const add = (label: string, condition: string | LabelCondition): void => {
    const test = matchValue(label, condition);
    const text = matcher(label, typeof condition === 'string' ? { op: '=', value: condition } : condition);
    if (text === undefined) tests.push((metric) => test(Object.hasOwn(metric, label) ? (metric[label] as string) : ''));
    else matchers.push(text);
  };
  if (selector.metric !== undefined) add('__name__', selector.metric);
  if (selector.metricMatch !== undefined) add('__name__', selector.metricMatch);
  for (const [label, condition] of Object.entries(selector.labels ?? {})) add(label, condition);
  for (const [label, value] of Object.entries(own)) add(label, value);
  // Prometheus wants one matcher at least that the empty text does not match.
  if (selector.metric === undefined && Object.keys(own).length === 0) matchers.push('__name__=~".+"');
  return {
    text: `{${matchers.join(',')}}`,
    isWhole: tests.length === 0,
    matches: (metric) => tests.every((test) => test(metric)),
  };
}

function matcher(label: string, condition: LabelCondition): string | undefined {
  switch (condition.op) {
    case '=':
    case '!=':
      return `${label}${condition.op}${JSON.stringify(condition.value)}`;
    case 'prefix':
      return `${label}=~${JSON.stringify(`${escaped(condition.value)}(?s:.*)`)}`;
    case 'in':
    case 'not-in': {
      const pattern = condition.values.map(escaped).join('|');
      // No value at all is what nothing matches.
      if (condition.values.length === 0) return condition.op === 'in' ? `${label}=~"",${label}!~""` : undefined;
      return `${label}${condition.op === 'in' ? '=~' : '!~'}${JSON.stringify(pattern)}`;
    }
    default:
      return undefined;
  }
}

/** A text as RE2 takes it word for word. */
function escaped(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}]/g, String.raw`\$&`);
}
