import type { SyntaxNode } from '@lezer/common';
import { parseError, unsupported } from '../error.ts';
import { childNodes, numberOf, rangeOf, type Building } from './building.ts';

/** The longest duration, which Prometheus keeps as nanoseconds in 63 bits. */
const longestMs = 9_223_372_036_854;

/**
 * The milliseconds of a duration. Arithmetic (`5m * 2`) must be enabled.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_INVALID when it is too long or uses what is not enabled.
 * @throws {PromqlError} NOVA_MONITORING_QUERY_UNSUPPORTED when it depends on the step or range of the query.
 */
export function buildDuration(building: Building, node: SyntaxNode): number {
  const milliseconds = Math.round(secondsOf(building, node) * 1000);
  if (Math.abs(milliseconds) <= longestMs) return milliseconds;
  throw parseError(building.text, rangeOf(node), 'duration out of range');
}

function secondsOf(building: Building, node: SyntaxNode): number {
  const { text } = building;
  const children = childNodes(node);
  switch (node.type.name) {
    case 'NumberDurationLiteral':
    case 'NumberDurationLiteralInDurationContext':
      return numberOf(text, node);
    case 'DurationExpr':
    case 'OffsetDurationExpr':
      break;
    default:
      throw unsupported(`${text.slice(node.from, node.to)} in a duration is not supported`);
  }
  const [first, second, third] = children as [SyntaxNode, SyntaxNode?, SyntaxNode?];
  if (second === undefined) return secondsOf(building, first);
  if (third === undefined) {
    const value = secondsOf(building, second);
    return text[first.from] === '-' ? -value : value;
  }
  if (!building.experimental) {
    throw parseError(text, rangeOf(node), 'experimental duration expression is not enabled');
  }
  return calculate(building, second, secondsOf(building, first), secondsOf(building, third));
}

function calculate(building: Building, operator: SyntaxNode, left: number, right: number): number {
  switch (operator.type.name) {
    case 'Add':
      return left + right;
    case 'Sub':
      return left - right;
    case 'Mul':
      return left * right;
    case 'Div':
      if (right === 0) throw parseError(building.text, rangeOf(operator), 'division by zero');
      return left / right;
    case 'Mod':
      if (right === 0) throw parseError(building.text, rangeOf(operator), 'modulo by zero');
      return left % right;
    default:
      return left ** right;
  }
}
