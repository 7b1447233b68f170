import { RE2JS } from 're2js';
import { executionError } from '../error.ts';
import { labelOf, withLabel, type Metric } from '../evaluate/metric.ts';
import { isLabelName } from '../parse/build-matching.ts';

/**
 * What `label_replace` does with labels.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_FAILED when the regular expression or a label's name is none.
 */
export function labelReplacer(
  label: string,
  replacement: string,
  source: string,
  pattern: string,
): (metric: Metric) => Metric {
  const regex = compile(pattern);
  if (!isLabelName(label)) throw executionError(`invalid destination label name in label_replace(): ${label}`);
  return (metric) => {
    const matcher = regex.matcher(labelOf(metric, source));
    if (!matcher.matches()) return metric;
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? '');
    const named = regex.namedGroups();
    const expanded = replacement.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (all, bare?: string, braced?: string) => {
      const name = bare ?? braced;
      if (name === undefined) return all === '$$' ? '$' : all;
      return groups[/^\d+$/.test(name) ? Number(name) : (named[name] ?? -1)] ?? '';
    });
    return withLabel(metric, label, expanded);
  };
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(`^(?s:${pattern})$`);
  } catch {
    throw executionError(`invalid regular expression in label_replace(): ${pattern}`);
  }
}

/**
 * What `label_join` does with labels.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_FAILED when a label's name is none.
 */
export function labelJoiner(label: string, separator: string, sources: readonly string[]): (metric: Metric) => Metric {
  for (const source of sources) {
    if (!isLabelName(source)) throw executionError(`invalid source label name in label_join(): ${source}`);
  }
  if (!isLabelName(label)) throw executionError(`invalid destination label name in label_join(): ${label}`);
  return (metric) => withLabel(metric, label, sources.map((source) => labelOf(metric, source)).join(separator));
}
