import type { SyntaxNode } from '@lezer/common';
import type { BinaryOperator, VectorMatching } from '../ast/expression.ts';
import { parseError } from '../error.ts';
import { childNodes, rangeOf, stringOf } from './building.ts';

/**
 * The labels of a clause such as `on (a, b)`.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_INVALID when one cannot be a label's name.
 */
export function groupingLabels(text: string, node: SyntaxNode): string[] {
  return childNodes(node).map((label) => {
    const name =
      label.type.name === 'QuotedLabelName'
        ? stringOf(text, label.firstChild as SyntaxNode)
        : text.slice(label.from, label.to);
    if (!isLabelName(name)) {
      throw parseError(text, rangeOf(label), `invalid label name for grouping: ${JSON.stringify(name)}`);
    }
    return name;
  });
}

/** Whether a text can be a label's name: any UTF-8 but nothing. */
export function isLabelName(name: string): boolean {
  return name !== '' && !name.includes('\uFFFD');
}

/** How the series of two vectors belong together; the type checker takes it away where there are none. */
export function buildMatching(text: string, op: BinaryOperator, node: SyntaxNode | undefined): VectorMatching {
  const isSet = op === 'and' || op === 'or' || op === 'unless';
  const children = node === undefined ? [] : childNodes(node);
  const group = children.find(({ type }) => type.name === 'GroupLeft' || type.name === 'GroupRight');
  const clauses = children.filter(({ type }) => type.name === 'GroupingLabels');
  const matched = clauses.find(({ from }) => group === undefined || from < group.from);
  const included = clauses.find(({ from }) => group !== undefined && from > group.from);
  const grouped = group?.type.name === 'GroupLeft' ? 'many-to-one' : 'one-to-many';
  return {
    cardinality: group === undefined ? (isSet ? 'many-to-many' : 'one-to-one') : grouped,
    on: children[0]?.type.name === 'On',
    labels: matched === undefined ? [] : groupingLabels(text, matched),
    include: included === undefined ? [] : groupingLabels(text, included),
  };
}
