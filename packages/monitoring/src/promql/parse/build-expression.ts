import type { SyntaxNode } from '@lezer/common';
import type { AggregationOperator, Binary, BinaryOperator, Expression } from '../ast/expression.ts';
import { parseError, unsupported } from '../error.ts';
import { buildMatching, groupingLabels } from './build-matching.ts';
import { buildMatrix, buildSelector, buildSubquery } from './build-selector.ts';
import { buildShifted } from './build-shift.ts';
import { childNodes, numberOf, rangeOf, stringOf, type Building } from './building.ts';

/**
 * Turns a syntax tree without errors into an expression. Types are not checked yet.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_INVALID when a number, string or modifier makes no sense.
 * @throws {PromqlError} NOVA_MONITORING_QUERY_UNSUPPORTED when it uses what this engine does not have.
 */
export function buildExpression(text: string, node: SyntaxNode, experimental: boolean): Expression {
  const building: Building = { text, experimental, build: (inner) => build(building, inner) };
  return building.build(node);
}

function build(building: Building, node: SyntaxNode): Expression {
  const { text } = building;
  const range = rangeOf(node);
  switch (node.type.name) {
    case 'NumberDurationLiteral':
      return { kind: 'number', value: numberOf(text, node), range };
    case 'StringLiteral':
      return { kind: 'string', value: stringOf(text, node), range };
    case 'ParenExpr':
      return { kind: 'parens', expression: building.build(node.firstChild as SyntaxNode), range };
    case 'UnaryExpr':
      return buildUnary(building, node);
    case 'BinaryExpr':
      return buildBinary(building, node);
    case 'FunctionCall':
      return buildCall(building, node);
    case 'AggregateExpr':
      return buildAggregation(building, node);
    case 'VectorSelector':
      return buildSelector(text, node);
    case 'MatrixSelector':
      return buildMatrix(building, node);
    case 'SubqueryExpr':
      return buildSubquery(building, node);
    case 'OffsetExpr':
    case 'StepInvariantExpr':
      return buildShifted(building, node);
    case 'AnchoredExpr':
    case 'SmoothedExpr':
      throw unsupported(`The modifiers anchored and smoothed are not supported`);
    default:
      throw parseError(text, range, `unexpected ${node.type.name}`);
  }
}

function buildUnary(building: Building, node: SyntaxNode): Expression {
  const [sign, operand] = childNodes(node) as [SyntaxNode, SyntaxNode];
  const op = building.text.slice(sign.from, sign.to) as '+' | '-';
  const expression = building.build(operand);
  if (expression.kind === 'number') {
    return { ...expression, value: op === '-' ? -expression.value : expression.value, range: rangeOf(node) };
  }
  return { kind: 'unary', op, expression, range: rangeOf(node) };
}

const operators: Readonly<Record<string, BinaryOperator>> = {
  Add: '+',
  Sub: '-',
  Mul: '*',
  Div: '/',
  Mod: '%',
  Pow: '^',
  Atan2: 'atan2',
  Eql: '==',
  Neq: '!=',
  Gtr: '>',
  Lss: '<',
  Gte: '>=',
  Lte: '<=',
  And: 'and',
  Or: 'or',
  Unless: 'unless',
};

function buildBinary(building: Building, node: SyntaxNode): Expression {
  const { text } = building;
  const children = childNodes(node);
  const [left, operator] = children as [SyntaxNode, SyntaxNode];
  const right = children.at(-1) as SyntaxNode;
  const op = operators[operator.type.name];
  if (op === undefined) throw unsupported(`The operator ${text.slice(operator.from, operator.to)} is not supported`);
  if (children.some(({ type }) => type.name === 'FillModifier')) {
    throw unsupported('The modifiers fill, fill_left and fill_right are not supported');
  }
  const modifier = children.find(({ type }) => type.name === 'MatchingModifierClause');
  const binary: Binary = {
    kind: 'binary',
    op,
    left: building.build(left),
    right: building.build(right),
    bool: children.some(({ type }) => type.name === 'BoolModifier'),
    matching: buildMatching(text, op, modifier),
    range: rangeOf(node),
  };
  // The grammar takes the sign of a number for a part of it, but a sign binds less than `^`: -1 ^ 2 is -1.
  const sign = text[left.from];
  if (op !== '^' || left.type.name !== 'NumberDurationLiteral' || (sign !== '-' && sign !== '+')) return binary;
  const base =
    binary.left.kind === 'number' && sign === '-' ? { ...binary.left, value: -binary.left.value } : binary.left;
  const unsigned = { from: left.from + 1, to: left.to };
  const power = { ...binary, left: { ...base, range: unsigned }, range: { from: unsigned.from, to: node.to } };
  return { kind: 'unary', op: sign, expression: power, range: rangeOf(node) };
}

function argumentNodes(node: SyntaxNode): SyntaxNode[] {
  const body = node.getChild('FunctionCallBody');
  return body === null ? [] : childNodes(body);
}

function buildCall(building: Building, node: SyntaxNode): Expression {
  const identifier = node.firstChild as SyntaxNode;
  return {
    kind: 'call',
    name: building.text.slice(identifier.from, identifier.to),
    args: argumentNodes(node).map((argument) => building.build(argument)),
    range: rangeOf(node),
  };
}

const withParameter: ReadonlySet<string> = new Set([
  'topk',
  'bottomk',
  'quantile',
  'count_values',
  'limitk',
  'limit_ratio',
]);

function buildAggregation(building: Building, node: SyntaxNode): Expression {
  const { text } = building;
  const operator = node.firstChild as SyntaxNode;
  const op = text.slice(operator.from, operator.to).toLowerCase() as AggregationOperator;
  const args = argumentNodes(node);
  const expected = withParameter.has(op) ? 2 : 1;
  if (args.length === 0) throw parseError(text, rangeOf(node), 'no arguments for aggregate expression provided');
  if (args.length !== expected) {
    const message = `wrong number of arguments for aggregate expression provided, expected ${expected}, got ${args.length}`;
    throw parseError(text, rangeOf(node), message);
  }
  const modifier = node.getChild('AggregateModifier');
  const labels = modifier?.getChild('GroupingLabels');
  return {
    kind: 'aggregation',
    op,
    expression: building.build(args.at(-1) as SyntaxNode),
    parameter: expected === 2 ? building.build(args[0] as SyntaxNode) : undefined,
    grouping: labels === null || labels === undefined ? [] : groupingLabels(text, labels),
    without: modifier?.getChild('Without') !== null && modifier !== null,
    range: rangeOf(node),
  };
}
