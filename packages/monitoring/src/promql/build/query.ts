import { invalidInput } from '../../error.ts';
import { duration } from './duration.ts';
import type {
  AggregationOperator,
  BinaryOperator,
  Call,
  Expression,
  TimeShift,
  VectorMatching,
} from '../ast/expression.ts';
import { formatPromql } from '../ast/format-promql.ts';

/** What no part of a built query has: a place in a text. */
export const nowhere: { readonly from: number; readonly to: number } = Object.freeze({ from: 0, to: 0 });

/** A number, or a part of a query. */
export type Operand = number | ScalarQuery | VectorQuery;

/** How two vectors are matched: by `on` or `ignoring`, with `groupLeft` or `groupRight`. */
export interface Matching {
  /** Labels that must be equal. @default all that are not ignored */
  readonly on?: readonly string[] | undefined;
  /** Labels that may differ. @default none */
  readonly ignoring?: readonly string[] | undefined;
  /** Several series of the left side may match one of the right, which gives these labels. */
  readonly groupLeft?: readonly string[] | undefined;
  /** Several series of the right side may match one of the left, which gives these labels. */
  readonly groupRight?: readonly string[] | undefined;
}

/** How two vectors are compared. */
export interface Comparing extends Matching {
  /** Whether the result is 0 or 1, and no series is left out. @default false */
  readonly bool?: boolean | undefined;
}

/** A part of a query. It never changes: every method gives a new one. */
abstract class Query {
  /** The query as a tree. */
  readonly expression: Expression;

  constructor(expression: Expression) {
    this.expression = expression;
  }

  /** The query as text. */
  toString(): string {
    return formatPromql(this.expression);
  }
}

/** What arithmetic of a number gives: a vector with a vector, otherwise a number. */
export type WithScalar<Other extends Operand> = Other extends VectorQuery ? VectorQuery : ScalarQuery;

/** A query for a number. */
export class ScalarQuery extends Query {
  /** Says to the compiler that it is no other kind of query. */
  declare readonly type: 'scalar';

  /** The sum with a number or vector. */
  add<Other extends Operand>(other: Other): WithScalar<Other> {
    return this.#with('+', other);
  }

  /** The difference to a number or vector. */
  subtract<Other extends Operand>(other: Other): WithScalar<Other> {
    return this.#with('-', other);
  }

  /** The product with a number or vector. */
  multiply<Other extends Operand>(other: Other): WithScalar<Other> {
    return this.#with('*', other);
  }

  /** The quotient by a number or vector. */
  divide<Other extends Operand>(other: Other): WithScalar<Other> {
    return this.#with('/', other);
  }

  /** The remainder by a number or vector. */
  modulo<Other extends Operand>(other: Other): WithScalar<Other> {
    return this.#with('%', other);
  }

  /** The power by a number or vector. */
  power<Other extends Operand>(other: Other): WithScalar<Other> {
    return this.#with('^', other);
  }

  #with<Other extends Operand>(op: BinaryOperator, other: Other): WithScalar<Other> {
    const expression = binary(op, this, other, {});
    return (
      other instanceof VectorQuery ? new VectorQuery(expression) : new ScalarQuery(expression)
    ) as WithScalar<Other>;
  }
}

/** A query for a range of samples of each series. */
export class RangeQuery extends Query {
  /** Says to the compiler that it is no other kind of query. */
  declare readonly type: 'range';
}

/** A query for a value of each series. */
export class VectorQuery extends Query {
  /** Says to the compiler that it is no other kind of query. */
  declare readonly type: 'vector';

  /** The sum with a number or vector. */
  add(other: Operand, matching?: Matching): VectorQuery {
    return this.#with('+', other, matching);
  }

  /** The difference to a number or vector. */
  subtract(other: Operand, matching?: Matching): VectorQuery {
    return this.#with('-', other, matching);
  }

  /** The product with a number or vector. */
  multiply(other: Operand, matching?: Matching): VectorQuery {
    return this.#with('*', other, matching);
  }

  /** The quotient by a number or vector. */
  divide(other: Operand, matching?: Matching): VectorQuery {
    return this.#with('/', other, matching);
  }

  /** The remainder by a number or vector. */
  modulo(other: Operand, matching?: Matching): VectorQuery {
    return this.#with('%', other, matching);
  }

  /** The power by a number or vector. */
  power(other: Operand, matching?: Matching): VectorQuery {
    return this.#with('^', other, matching);
  }

  /** The same with the other sign. */
  negate(): VectorQuery {
    return new VectorQuery({ kind: 'unary', op: '-', expression: grouped(this.expression), range: nowhere });
  }

  /** What is equal. */
  equal(other: Operand, matching?: Comparing): VectorQuery {
    return this.#with('==', other, matching);
  }

  /** What is not equal. */
  notEqual(other: Operand, matching?: Comparing): VectorQuery {
    return this.#with('!=', other, matching);
  }

  /** What is greater. */
  above(other: Operand, matching?: Comparing): VectorQuery {
    return this.#with('>', other, matching);
  }

  /** What is less. */
  below(other: Operand, matching?: Comparing): VectorQuery {
    return this.#with('<', other, matching);
  }

  /** What is greater or equal. */
  atLeast(other: Operand, matching?: Comparing): VectorQuery {
    return this.#with('>=', other, matching);
  }

  /** What is less or equal. */
  atMost(other: Operand, matching?: Comparing): VectorQuery {
    return this.#with('<=', other, matching);
  }

  /** The series that the other has too. */
  and(other: VectorQuery, matching?: Matching): VectorQuery {
    return this.#with('and', other, matching);
  }

  /** The series of both, this one's first. */
  or(other: VectorQuery, matching?: Matching): VectorQuery {
    return this.#with('or', other, matching);
  }

  /** The series that the other does not have. */
  unless(other: VectorQuery, matching?: Matching): VectorQuery {
    return this.#with('unless', other, matching);
  }

  /**
   * A range of the query's values, worked out at every step: `query[1h:1m]`.
   *
   * @param range - How far it looks back, `'1h'` or milliseconds.
   * @param step - @default the engine's
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a duration is none.
   */
  over(range: string | number, step?: string | number, shift: Partial<TimeShift> = {}): RangeQuery {
    return new RangeQuery({
      kind: 'subquery',
      expression: grouped(this.expression),
      rangeMs: duration(range),
      stepMs: step === undefined ? undefined : duration(step),
      offsetMs: shift.offsetMs ?? 0,
      at: shift.at,
      range: nowhere,
    });
  }

  #with(op: BinaryOperator, other: Operand, matching: Comparing = {}): VectorQuery {
    return new VectorQuery(binary(op, this, other, matching));
  }
}

function binary(op: BinaryOperator, left: Query, right: Operand, matching: Comparing): Expression {
  return {
    kind: 'binary',
    op,
    left: grouped(left.expression),
    right: grouped(expressionOf(right)),
    bool: matching.bool ?? false,
    matching: matchingOf(op, matching),
    range: nowhere,
  };
}

/** @throws {MonitoringError} NOVA_MONITORING_INVALID when two options say the opposite of each other. */
function onlyOne(names: string, one: unknown, other: unknown): void {
  if (one !== undefined && other !== undefined) throw invalidInput(`A query can't have both ${names}`);
}

function matchingOf(op: BinaryOperator, { on, ignoring, groupLeft, groupRight }: Matching): VectorMatching {
  onlyOne('on and ignoring', on, ignoring);
  onlyOne('groupLeft and groupRight', groupLeft, groupRight);
  const isSet = op === 'and' || op === 'or' || op === 'unless';
  const plain = isSet ? 'many-to-many' : 'one-to-one';
  return {
    cardinality: groupLeft !== undefined ? 'many-to-one' : groupRight !== undefined ? 'one-to-many' : plain,
    on: on !== undefined,
    labels: on ?? ignoring ?? [],
    include: groupLeft ?? groupRight ?? [],
  };
}

/** Parentheses, where an operator could bind otherwise than it was meant. */
function grouped(expression: Expression): Expression {
  return expression.kind === 'binary' || expression.kind === 'unary'
    ? { kind: 'parens', expression, range: nowhere }
    : expression;
}

/** The tree of an operand. */
export function expressionOf(operand: Operand | RangeQuery | string): Expression {
  if (typeof operand === 'number') return { kind: 'number', value: operand, range: nowhere };
  return typeof operand === 'string' ? { kind: 'string', value: operand, range: nowhere } : operand.expression;
}

/** A call of a function. */
export function call(name: string, args: readonly (Operand | RangeQuery | string)[]): Call {
  return { kind: 'call', name, args: args.map(expressionOf), range: nowhere };
}

/** An aggregation. @throws {MonitoringError} NOVA_MONITORING_INVALID when it has both `by` and `without`. */
export function aggregation(
  op: AggregationOperator,
  query: VectorQuery,
  { by, without }: { readonly by?: readonly string[] | undefined; readonly without?: readonly string[] | undefined },
  parameter?: Operand | string,
): VectorQuery {
  onlyOne('by and without', by, without);
  return new VectorQuery({
    kind: 'aggregation',
    op,
    expression: query.expression,
    parameter: parameter === undefined ? undefined : expressionOf(parameter),
    grouping: without ?? by ?? [],
    without: without !== undefined,
    range: nowhere,
  });
}
