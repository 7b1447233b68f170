/** A part of a query's text: `from <= offset < to`, in UTF-16 units. */
export interface TextRange {
  /** Where it begins. */
  readonly from: number;
  /** Where it is over. */
  readonly to: number;
}

/** A PromQL expression. Every node knows where it stands in the text. */
export type Expression =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregation
  | Binary
  | Unary
  | Parens;

/** What an expression is of; `matrix` is a range vector. */
export type ValueType = 'scalar' | 'string' | 'vector' | 'matrix';

/** A number, or a duration such as `5m` as its seconds. */
export interface NumberLiteral {
  readonly kind: 'number';
  readonly value: number;
  readonly range: TextRange;
}

/** A text. */
export interface StringLiteral {
  readonly kind: 'string';
  readonly value: string;
  readonly range: TextRange;
}

/** How a label is matched; regular expressions are RE2's and match the whole value. */
export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** What a label must be. */
export interface Matcher {
  readonly label: string;
  readonly op: MatchOperator;
  readonly value: string;
}

/** The time of an `@` modifier: a time, or the query's start or end. */
export type AtTime = { readonly timeMs: number } | 'start' | 'end';

/** What moves a selector or a subquery in time. */
export interface TimeShift {
  /** Milliseconds that it looks back further; below 0 it looks ahead. */
  readonly offsetMs: number;
  /** The time it looks at. @default the evaluation time */
  readonly at?: AtTime | undefined;
}

/** An instant vector selector, `up{job="a"}`. */
export interface VectorSelector extends TimeShift {
  readonly kind: 'vector';
  /** The metric's name. @default any */
  readonly name?: string | undefined;
  readonly matchers: readonly Matcher[];
  readonly range: TextRange;
}

/** A range vector selector, `up[5m]`. */
export interface MatrixSelector {
  readonly kind: 'matrix';
  readonly selector: VectorSelector;
  readonly rangeMs: number;
  readonly range: TextRange;
}

/** A subquery, `rate(x[5m])[1h:1m]`. */
export interface Subquery extends TimeShift {
  readonly kind: 'subquery';
  readonly expression: Expression;
  readonly rangeMs: number;
  /** @default the engine's */
  readonly stepMs?: number | undefined;
  readonly range: TextRange;
}

/** A call of a function. */
export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expression[];
  readonly range: TextRange;
}

/** Operators that make one series of many. */
export type AggregationOperator =
  | 'sum'
  | 'avg'
  | 'count'
  | 'min'
  | 'max'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'quantile'
  | 'count_values'
  | 'limitk'
  | 'limit_ratio';

/** An aggregation, `sum by (job) (up)`. */
export interface Aggregation {
  readonly kind: 'aggregation';
  readonly op: AggregationOperator;
  readonly expression: Expression;
  readonly parameter?: Expression | undefined;
  /** Labels of `by` or `without`. */
  readonly grouping: readonly string[];
  readonly without: boolean;
  readonly range: TextRange;
}

/** Operators between two expressions. */
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator;
/** Operators that calculate. */
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2';
/** Operators that compare. */
export type ComparisonOperator = '==' | '!=' | '>' | '<' | '>=' | '<=';
/** Operators on sets of series. */
export type SetOperator = 'and' | 'or' | 'unless';

/** Which series of two vectors belong together. */
export interface VectorMatching {
  readonly cardinality: 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';
  /** Whether `labels` are those of `on`; otherwise those of `ignoring`. */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Labels of `group_left` or `group_right`, taken from the one side. */
  readonly include: readonly string[];
}

/** An operation on two expressions. */
export interface Binary {
  readonly kind: 'binary';
  readonly op: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  /** Whether a comparison gives 0 or 1 instead of leaving series out. */
  readonly bool: boolean;
  /** Between two vectors only. */
  readonly matching?: VectorMatching | undefined;
  readonly range: TextRange;
}

/** A sign. */
export interface Unary {
  readonly kind: 'unary';
  readonly op: '+' | '-';
  readonly expression: Expression;
  readonly range: TextRange;
}

/** Parentheses. */
export interface Parens {
  readonly kind: 'parens';
  readonly expression: Expression;
  readonly range: TextRange;
}

/** An expression without the parentheses around it. */
export function withoutParens(expression: Expression): Expression {
  return expression.kind === 'parens' ? withoutParens(expression.expression) : expression;
}

/** The expressions that an expression is made of. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'matrix':
      return [expression.selector];
    case 'subquery':
    case 'unary':
    case 'parens':
      return [expression.expression];
    case 'call':
      return expression.args;
    case 'aggregation':
      return expression.parameter === undefined
        ? [expression.expression]
        : [expression.parameter, expression.expression];
    case 'binary':
      return [expression.left, expression.right];
    default:
      return [];
  }
}
