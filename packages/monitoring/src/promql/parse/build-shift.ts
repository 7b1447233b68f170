import type { SyntaxNode } from '@lezer/common';
import type { AtTime, Expression, TextRange, TimeShift } from '../ast/expression.ts';
import { parseError } from '../error.ts';
import { atRightmost } from './at-rightmost.ts';
import { buildDuration } from './build-duration.ts';
import { childNodes, numberOf, rangeOf, type Building } from './building.ts';

/**
 * What a node of `offset` or `@` makes of the expression before it.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_INVALID when that is no selector or subquery, or has the modifier already.
 */
export function buildShifted(building: Building, node: SyntaxNode): Expression {
  const children = childNodes(node);
  const argument = children.at(-1) as SyntaxNode;
  const whole = building.build(children[0] as SyntaxNode);
  return atRightmost(whole, node.to, (inner) => shift(building, node, inner, argument));
}

function shift(building: Building, node: SyntaxNode, inner: Expression, argument: SyntaxNode): Expression {
  const isOffset = node.type.name === 'OffsetExpr';
  const before = shiftOf(inner);
  if (before === undefined) {
    const what = isOffset ? 'offset' : '@';
    throw parseError(
      building.text,
      inner.range,
      `${what} modifier must be preceded by an instant vector selector or range vector selector or a subquery`,
    );
  }
  if (isOffset && before.offsetMs !== 0) {
    throw parseError(building.text, inner.range, 'offset may not be set multiple times');
  }
  if (!isOffset && before.at !== undefined) {
    throw parseError(building.text, inner.range, '@ <timestamp> may not be set multiple times');
  }
  const after = isOffset
    ? { ...before, offsetMs: buildDuration(building, argument) }
    : { ...before, at: atOf(building, argument) };
  return shifted(inner, after, { from: inner.range.from, to: node.to });
}

function atOf({ text }: Building, node: SyntaxNode): AtTime {
  if (node.type.name === 'AtModifierPreprocessors') return node.firstChild?.type.name === 'AtStart' ? 'start' : 'end';
  const seconds = numberOf(text, node);
  if (!(Math.abs(seconds) < Number.MAX_SAFE_INTEGER / 1000)) {
    throw parseError(text, rangeOf(node), 'timestamp out of bounds for @ modifier: ' + String(seconds));
  }
  return { timeMs: Math.round(seconds * 1000) };
}

function shiftOf(expression: Expression): TimeShift | undefined {
  if (expression.kind === 'matrix') return shiftOf(expression.selector);
  if (expression.kind !== 'vector' && expression.kind !== 'subquery') return undefined;
  return { offsetMs: expression.offsetMs, at: expression.at };
}

function shifted(expression: Expression, shift: TimeShift, range: TextRange): Expression {
  if (expression.kind === 'matrix') {
    return { ...expression, selector: { ...expression.selector, ...shift }, range };
  }
  return expression.kind === 'vector' || expression.kind === 'subquery'
    ? { ...expression, ...shift, range }
    : expression;
}
