import type { Labels } from '@novacron/core';
import { invalidInput } from '../error.ts';

/** What each of some labels must be: a text for equality, or a condition. */
export type LabelSelector = Readonly<Record<string, string | LabelCondition>>;

/** What a label must be. A label that a series does not have is an empty text, as in Prometheus. */
export type LabelCondition =
  | { readonly op: '=' | '!=' | 'prefix'; readonly value: string }
  | { readonly op: 'in' | 'not-in'; readonly values: readonly string[] }
  | {
      /** For what no other condition can say, such as a regular expression; it must be pure. */
      readonly op: 'test';
      readonly test: (value: string) => boolean;
    };

/** A compiled selector. */
export type LabelPredicate = (labels: Labels) => boolean;

/**
 * Turns a selector into a test of labels.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when a condition has an unknown operator or no text.
 *
 * @example
 * ```ts
 * import { matchLabels } from '@novacron/monitoring';
 *
 * const isWeb = matchLabels({ vm: { op: 'prefix', value: 'web-' }, zone: { op: '!=', value: 'b' } });
 * isWeb({ vm: 'web-1' }) // => true
 * isWeb({ vm: 'db-1' }) // => false
 * ```
 */
export function matchLabels(selector: LabelSelector = {}): LabelPredicate {
  const tests = Object.entries(selector).map(([label, condition]) => {
    const test = matchValue(label, condition);
    return (labels: Labels): boolean => test(Object.hasOwn(labels, label) ? (labels[label] as string) : '');
  });
  return (labels) => tests.every((test) => test(labels));
}

/**
 * Turns a condition into a test of a label's value, or of a metric's name.
 *
 * @param label - The label, for messages.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when the condition has an unknown operator or no text.
 */
export function matchValue(label: string, condition: string | LabelCondition): (value: string) => boolean {
  return compile(label, typeof condition === 'string' ? { op: '=', value: condition } : condition);
}

function compile(label: string, condition: LabelCondition): (value: string) => boolean {
  switch (condition?.op) {
    case '=':
    case '!=':
    case 'prefix': {
      const { op, value: wanted } = condition;
      if (typeof wanted !== 'string') throw invalidInput(`Label ${label} must be compared with a text`, { label });
      if (op === 'prefix') return (value) => value.startsWith(wanted);
      return op === '=' ? (value) => value === wanted : (value) => value !== wanted;
    }
    case 'in':
    case 'not-in': {
      if (!Array.isArray(condition.values)) throw invalidInput(`Label ${label} needs a list of values`, { label });
      const wanted = new Set(condition.values);
      return condition.op === 'in' ? (value) => wanted.has(value) : (value) => !wanted.has(value);
    }
    case 'test':
      if (typeof condition.test !== 'function')
        throw invalidInput(`Label ${label} needs a function to test`, { label });
      return condition.test;
    default:
      throw invalidInput(`Condition of label ${label} must be one of =, !=, prefix, in, not-in, test`, { label });
  }
}
