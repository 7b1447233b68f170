import {
  childrenOf,
  type Aggregation,
  type Binary,
  type Call,
  type Expression,
  type ValueType,
} from '../ast/expression.ts';
import { typeOf } from '../ast/type-of.ts';
import { parseError } from '../error.ts';
import { signatureOf } from '../functions/signatures.ts';
import { compileRegex } from './regex.ts';

const typeNames: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  string: 'string',
  vector: 'instant vector',
  matrix: 'range vector',
};

/**
 * Checks that operands, arguments and modifiers fit each other, with Prometheus' words.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_INVALID when something does not.
 */
export function checkTypes(text: string, expression: Expression, experimental: boolean): void {
  for (const child of childrenOf(expression)) checkTypes(text, child, experimental);
  switch (expression.kind) {
    case 'call':
      return checkCall(text, expression, experimental);
    case 'aggregation':
      return checkAggregation(text, expression, experimental);
    case 'binary':
      return checkBinary(text, expression);
    case 'unary': {
      const type = typeOf(expression.expression);
      if (type === 'scalar' || type === 'vector') return;
      const message = `unary expression only allowed on expressions of type scalar or instant vector, got ${JSON.stringify(typeNames[type])}`;
      throw parseError(text, expression.range, message);
    }
    case 'subquery': {
      const type = typeOf(expression.expression);
      if (type === 'vector') return;
      throw parseError(
        text,
        expression.range,
        `subquery is only allowed on instant vector, got ${typeNames[type]} instead`,
      );
    }
    case 'vector':
      if (expression.name !== undefined || expression.matchers.some(demandsValue)) return;
      throw parseError(text, expression.range, 'vector selector must contain at least one non-empty matcher');
    default:
  }
}

function demandsValue({ op, value }: { readonly op: string; readonly value: string }): boolean {
  if (op === '=') return value !== '';
  if (op === '!=') return value === '';
  const regex = compileRegex(value);
  return 'test' in regex && regex.test('') === (op === '!~');
}

function expectType(text: string, expression: Expression, wanted: ValueType, context: string): void {
  const type = typeOf(expression);
  if (type === wanted) return;
  throw parseError(text, expression.range, `expected type ${typeNames[wanted]} in ${context}, got ${typeNames[type]}`);
}

function checkCall(text: string, { name, args, range }: Call, experimental: boolean): void {
  const signature = signatureOf(name);
  const quoted = JSON.stringify(name);
  if (signature === undefined) throw parseError(text, range, `unknown function with name ${quoted}`);
  if (signature.experimental && !experimental) throw parseError(text, range, `function ${quoted} is not enabled`);
  const { args: types, optional } = signature;
  const least = optional === 0 ? types.length : types.length - 1;
  const fail = (count: string): Error =>
    parseError(text, range, `expected ${count} argument(s) in call to ${quoted}, got ${args.length}`);
  if (optional === 0 && args.length !== types.length) throw fail(String(types.length));
  if (args.length < least) throw fail(`at least ${least}`);
  if (optional > 0 && args.length > least + optional) throw fail(`at most ${least + optional}`);
  args.forEach((argument, index) => {
    const wanted = types[Math.min(index, types.length - 1)] as ValueType;
    if (name === 'info' && index === 1 && argument.kind !== 'vector') {
      throw parseError(text, range, 'expected label selectors only, got vector selector instead');
    }
    expectType(text, argument, wanted, `call to function ${quoted}`);
  });
}

function checkAggregation(text: string, aggregation: Aggregation, experimental: boolean): void {
  const { op, expression, parameter, range } = aggregation;
  if ((op === 'limitk' || op === 'limit_ratio') && !experimental) {
    const message = `${op}() is experimental and must be enabled with --enable-feature=promql-experimental-functions`;
    throw parseError(text, range, message);
  }
  expectType(text, expression, 'vector', 'aggregation expression');
  if (parameter === undefined) return;
  expectType(text, parameter, op === 'count_values' ? 'string' : 'scalar', 'aggregation parameter');
}

function checkBinary(text: string, binary: Binary): void {
  const { op, left, right, bool, matching, range } = binary;
  const types = [typeOf(left), typeOf(right)];
  const comparison = ['==', '!=', '>', '<', '>=', '<='].includes(op);
  const set = op === 'and' || op === 'or' || op === 'unless';
  if (bool && !comparison) throw parseError(text, range, 'bool modifier can only be used on comparison operators');
  if (comparison && !bool && types.every((type) => type === 'scalar')) {
    throw parseError(text, range, 'comparisons between scalars must use BOOL modifier');
  }
  for (const operand of [left, right]) {
    const type = typeOf(operand);
    if (type !== 'scalar' && type !== 'vector') {
      throw parseError(text, operand.range, 'binary expression must contain only scalar and instant vector types');
    }
  }
  if (matching === undefined) return;
  const { cardinality, on, labels, include } = matching;
  if (on) {
    const twice = include.find((label) => labels.includes(label));
    if (twice !== undefined) {
      throw parseError(text, range, `label ${JSON.stringify(twice)} must not occur in ON and GROUP clause at once`);
    }
  }
  if (types.includes('scalar')) {
    if (
      on ||
      labels.length > 0 ||
      include.length > 0 ||
      cardinality.includes('one-to-many') ||
      cardinality === 'many-to-one'
    ) {
      throw parseError(text, range, 'vector matching only allowed between instant vectors');
    }
    if (set)
      throw parseError(text, range, `set operator ${JSON.stringify(op)} not allowed in binary scalar expression`);
  } else if (set && cardinality !== 'many-to-many') {
    throw parseError(text, range, `no grouping allowed for ${JSON.stringify(op)} operation`);
  }
}
