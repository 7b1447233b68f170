import type { SyntaxNode } from '@lezer/common';
import type { Expression, Matcher, MatchOperator, VectorSelector } from '../ast/expression.ts';
import { parseError } from '../error.ts';
import { atRightmost } from './at-rightmost.ts';
import { buildDuration } from './build-duration.ts';
import { childNodes, rangeOf, stringOf, type Building } from './building.ts';
import { compileRegex } from './regex.ts';

/**
 * The selector of a node.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_INVALID when it names the metric twice or a regular expression is none.
 */
export function buildSelector(text: string, node: SyntaxNode): VectorSelector {
  const identifier = node.getChild('Identifier');
  let name = identifier === null ? undefined : text.slice(identifier.from, identifier.to);
  const matchers: Matcher[] = [];
  for (const child of childNodes(node.getChild('LabelMatchers') ?? node)) {
    if (child.type.name === 'QuotedLabelName') {
      const quoted = stringOf(text, child.firstChild as SyntaxNode);
      if (name !== undefined) throw nameTwice(text, node, name, quoted);
      name = quoted;
    } else if (child.type.name !== 'Identifier' && child.type.name !== 'LabelMatchers') {
      matchers.push(buildMatcher(text, child));
    }
  }
  for (const { label, op, value } of matchers) {
    if (label === '__name__' && op === '=' && name !== undefined) throw nameTwice(text, node, name, value);
  }
  return { kind: 'vector', name, matchers, offsetMs: 0, range: rangeOf(node) };
}

function nameTwice(text: string, node: SyntaxNode, first: string, second: string): Error {
  const message = `metric name must not be set twice: ${JSON.stringify(first)} or ${JSON.stringify(second)}`;
  return parseError(text, rangeOf(node), message);
}

function buildMatcher(text: string, node: SyntaxNode): Matcher {
  const [name, operator, value] = childNodes(node) as [SyntaxNode, SyntaxNode, SyntaxNode];
  const matcher = {
    label:
      name.type.name === 'QuotedLabelName'
        ? stringOf(text, name.firstChild as SyntaxNode)
        : text.slice(name.from, name.to),
    op: text.slice(operator.from, operator.to) as MatchOperator,
    value: stringOf(text, value),
  };
  if (matcher.op === '=~' || matcher.op === '!~') {
    const problem = compileRegex(matcher.value);
    if ('error' in problem) throw parseError(text, rangeOf(node), problem.error);
  }
  return matcher;
}

/**
 * What the node of a range makes of the expression before it.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_INVALID when that has no ranges.
 */
export function buildMatrix(building: Building, node: SyntaxNode): Expression {
  const [inner, duration] = childNodes(node) as [SyntaxNode, SyntaxNode];
  const rangeMs = positive(building, duration);
  return atRightmost(building.build(inner), node.to, (operand) => {
    const range = { from: operand.range.from, to: node.to };
    const fail = (message: string): Error => parseError(building.text, range, message);
    if (operand.kind !== 'vector') throw fail('ranges only allowed for vector selectors');
    if (operand.offsetMs !== 0) throw fail('no offset modifiers allowed before range');
    if (operand.at !== undefined) throw fail('no @ modifiers allowed before range');
    return { kind: 'matrix', selector: operand, rangeMs, range };
  });
}

/**
 * What the node of a subquery makes of the expression before it.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_INVALID when a duration is not above 0.
 */
export function buildSubquery(building: Building, node: SyntaxNode): Expression {
  const [inner, duration, step] = childNodes(node) as [SyntaxNode, SyntaxNode, SyntaxNode?];
  const rangeMs = positive(building, duration);
  const stepMs = step === undefined ? undefined : positive(building, step);
  return atRightmost(building.build(inner), node.to, (expression) => ({
    kind: 'subquery',
    expression,
    rangeMs,
    stepMs,
    offsetMs: 0,
    range: { from: expression.range.from, to: node.to },
  }));
}

function positive(building: Building, node: SyntaxNode): number {
  const milliseconds = buildDuration(building, node);
  if (milliseconds > 0) return milliseconds;
  throw parseError(building.text, rangeOf(node), 'duration must be greater than 0');
}
