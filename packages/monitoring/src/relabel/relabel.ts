import { RE2JS } from 're2js';
import { invalidInput } from '../error.ts';
import { md5Modulus } from './md5-modulus.ts';
import type { SeriesTransform } from './series-transform.ts';

/** What a rule does; see {@link RelabelRule}. */
export type RelabelAction =
  | 'replace'
  | 'keep'
  | 'drop'
  | 'keepequal'
  | 'dropequal'
  | 'hashmod'
  | 'labelmap'
  | 'labeldrop'
  | 'labelkeep'
  | 'lowercase'
  | 'uppercase';

/** A rule as Prometheus' `metric_relabel_configs` has them; the metric's name is the label `__name__`. */
export interface RelabelRule {
  /** @default 'replace' */
  readonly action?: RelabelAction | undefined;
  /** Labels whose values are joined to one text. @default none */
  readonly sourceLabels?: readonly string[] | undefined;
  /** What stands between the values. @default ';' */
  readonly separator?: string | undefined;
  /** What the text, or a label's name, must match as a whole; RE2. @default '(.*)' */
  readonly regex?: string | undefined;
  /** The label that is written. */
  readonly targetLabel?: string | undefined;
  /** What is written; `$1` and `${name}` stand for groups. @default '$1' */
  readonly replacement?: string | undefined;
  /** For `hashmod`: the hash's modulus. */
  readonly modulus?: number | undefined;
}

type Step = (labels: Map<string, string>) => boolean;

const needsTarget: ReadonlySet<RelabelAction> = new Set([
  'replace',
  'hashmod',
  'lowercase',
  'uppercase',
  'keepequal',
  'dropequal',
]);

/**
 * Makes a change of series from rules as Prometheus has them, applied in their order.
 *
 * Source: Prometheus, "Configuration", `relabel_config`.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when a rule makes no sense; `details.rule` says which, from 0.
 *
 * @example
 * ```ts
 * import { relabel } from '@novacron/monitoring/promql';
 *
 * const transform = relabel([
 *   { action: 'drop', sourceLabels: ['__name__'], regex: 'go_.*' },
 *   { sourceLabels: ['instance'], regex: '([^:]+):.*', targetLabel: 'host' },
 * ]);
 * transform({ metric: 'go_threads', labels: {} }) // => undefined
 * transform({ metric: 'up', labels: { instance: 'a:9100' } })?.labels // => { instance: 'a:9100', host: 'a' }
 * ```
 */
export function relabel(rules: readonly RelabelRule[]): SeriesTransform {
  const steps = rules.map((rule, index) => compile(rule, index));
  return ({ metric, labels }) => {
    const own = new Map([['__name__', metric], ...Object.entries(labels)]);
    if (!steps.every((step) => step(own))) return undefined;
    const name = own.get('__name__');
    own.delete('__name__');
    if (name === undefined) return undefined;
    // As Prometheus: labels that begin with two underscores are for rules alone.
    for (const label of own.keys()) if (label.startsWith('__')) own.delete(label);
    return { metric: name, labels: Object.fromEntries(own) };
  };
}

/** A rule as a function that changes labels and says whether the series stays. @throws {MonitoringError} */
function compile(rule: RelabelRule, index: number): Step {
  const { action = 'replace', sourceLabels = [], separator = ';', targetLabel, replacement = '$1', modulus = 0 } = rule;
  const fail = (why: string): Error => invalidInput(`Rule ${index} of relabelling: ${why}`, { rule: index });
  if (needsTarget.has(action) && (targetLabel === undefined || targetLabel === '')) {
    throw fail(`${action} needs a targetLabel`);
  }
  if (action === 'hashmod' && !(Number.isInteger(modulus) && modulus > 0))
    throw fail('hashmod needs a whole modulus from 1');
  let machine: RE2JS;
  try {
    machine = RE2JS.compile(`^(?s:${rule.regex ?? '(.*)'})$`);
  } catch (error) {
    throw fail(error instanceof Error ? error.message : String(error));
  }
  const target = targetLabel ?? '';
  const textOf = (labels: ReadonlyMap<string, string>): string =>
    sourceLabels.map((label) => labels.get(label) ?? '').join(separator);
  const set = (labels: Map<string, string>, label: string, value: string): true => {
    if (value === '') labels.delete(label);
    else labels.set(label, value);
    return true;
  };
  switch (action) {
    case 'replace':
      return (labels) => {
        const groups = groupsOf(machine, textOf(labels));
        if (groups === undefined) return true;
        const label = filled(target, groups);
        return /^[A-Za-z_][A-Za-z0-9_]*$/.test(label) ? set(labels, label, filled(replacement, groups)) : true;
      };
    case 'keep':
      return (labels) => machine.matches(textOf(labels));
    case 'drop':
      return (labels) => !machine.matches(textOf(labels));
    case 'keepequal':
      return (labels) => textOf(labels) === (labels.get(target) ?? '');
    case 'dropequal':
      return (labels) => textOf(labels) !== (labels.get(target) ?? '');
    case 'hashmod':
      return (labels) => set(labels, target, String(md5Modulus(textOf(labels), modulus)));
    case 'lowercase':
      return (labels) => set(labels, target, textOf(labels).toLowerCase());
    case 'uppercase':
      return (labels) => set(labels, target, textOf(labels).toUpperCase());
    case 'labelmap':
      return (labels) => {
        for (const [name, value] of Array.from(labels)) {
          const groups = groupsOf(machine, name);
          if (groups !== undefined) set(labels, filled(replacement, groups), value);
        }
        return true;
      };
    case 'labeldrop':
    case 'labelkeep':
      return (labels) => {
        for (const name of labels.keys()) if (machine.matches(name) === (action === 'labeldrop')) labels.delete(name);
        return true;
      };
    default:
      throw fail(`there is no action ${JSON.stringify(action)}`);
  }
}

/** The groups of a match, by number and name; nothing when it does not match. */
function groupsOf(machine: RE2JS, text: string): ((group: string) => string) | undefined {
  const match = machine.matcher(text);
  if (!match.matches()) return undefined;
  return (group) => {
    try {
      return (/^\d+$/.test(group) ? match.group(Number(group)) : match.group(group)) ?? '';
    } catch {
      return ''; // As Go has it: a group that is not there is empty.
    }
  };
}

/** A text with `$1`, `$name`, `${name}` replaced by groups, and `$$` by a dollar. */
function filled(template: string, group: (name: string) => string): string {
  return template.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (_, plain?: string, braced?: string) => {
    const name = plain ?? braced;
    return name === undefined ? '$' : group(name);
  });
}
