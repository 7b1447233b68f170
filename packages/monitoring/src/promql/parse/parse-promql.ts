import { parser } from '@prometheus-io/lezer-promql';
import type { Expression } from '../ast/expression.ts';
import { parseError } from '../error.ts';
import { buildExpression } from './build-expression.ts';
import { checkTypes } from './check-types.ts';
import { syntaxError } from './syntax-error.ts';

/** What a parser lets through. */
export interface ParseOptions {
  /**
   * Whether experimental parts may be used: `sort_by_label`, `limitk`, `double_exponential_smoothing`, `info`,
   * arithmetic of durations and the others that Prometheus has behind a flag.
   *
   * @default false
   */
  readonly experimental?: boolean | undefined;
}

/** The longest text of a query, in UTF-16 units. */
const longestQuery = 200_000;

/**
 * Reads a query, and checks its types as Prometheus does: arguments of functions, operands, modifiers. Every node knows
 * its place in the text.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_INVALID when it is not a query; the message starts with line and column.
 * @throws {PromqlError} NOVA_MONITORING_QUERY_UNSUPPORTED when it uses what this engine does not have.
 *
 * @example
 * ```ts
 * import { formatPromql, parsePromql } from '@novacron/monitoring/promql';
 *
 * const expression = parsePromql('sum   by(job)(rate(requests_total[300]))');
 * expression.kind // => 'aggregation'
 * formatPromql(expression) // => 'sum by (job) (rate(requests_total[5m]))'
 * ```
 */
export function parsePromql(text: string, options: ParseOptions = {}): Expression {
  const whole = { from: 0, to: text.length };
  if (text.length > longestQuery) throw parseError('', whole, `query is longer than ${longestQuery} characters`);
  const readable = withoutTrailingDots(text);
  const tree = parser.parse(readable);
  const problem = syntaxError(text, tree);
  if (problem !== undefined) throw parseError(text, problem.range, problem.message);
  const root = tree.topNode.firstChild;
  const first = root?.type.name === 'LineComment' ? root.nextSibling : root;
  if (first === null || first === undefined || first.type.name === 'LineComment') {
    throw parseError(text, whole, 'no expression found in input');
  }
  const experimental = options.experimental ?? false;
  const expression = buildExpression(readable, first, experimental);
  checkTypes(text, expression, experimental);
  return expression;
}

/**
 * The grammar does not know Go's numbers that end in a dot, `2.` and `1.e3`: the dot is put behind the number as a
 * space, so that no other place in the text moves.
 */
function withoutTrailingDots(text: string): string {
  if (!text.includes('.')) return text;
  return text.replace(
    /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|#.*|[\w:]*[A-Za-z_:][\w:]*(?:\.\d*)?|(\d+)\.(?!\d)(e[+-]?\d+\b)?/gi,
    (all: string, digits?: string, exponent?: string) => (digits === undefined ? all : `${digits}${exponent ?? ''} `),
  );
}
