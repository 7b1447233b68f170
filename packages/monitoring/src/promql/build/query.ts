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

/** How two vectors are matched. */
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

/** A query for a number. */
export class ScalarQuery extends Query {
  /** Says to the compiler that it is no other kind of query. */
  declare readonly type: 'scalar';
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
    return new VectorQuery({
      kind: 'binary',
      op,
      left: grouped(this.expression),
      right: grouped(expressionOf(other)),
      bool: matching.bool ?? false,
      matching: matchingOf(op, matching),
      range: nowhere,
    });
  }
}

function matchingOf(op: BinaryOperator, { on, ignoring, groupLeft, groupRight }: Matching): VectorMatching {
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

/** An aggregation. */
export function aggregation(
  op: AggregationOperator,
  query: VectorQuery,
  { by, without }: { readonly by?: readonly string[] | undefined; readonly without?: readonly string[] | undefined },
  parameter?: Operand | string,
): VectorQuery {
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
