import { formatPromql, functionNames, parsePromql, promqlErrorType, typeOf } from '@novacron/monitoring/promql';
import { describe, expect, it } from 'vitest';

function problemOf(query: string): string {
  try {
    parsePromql(query);
  } catch (error) {
    expect(promqlErrorType(error)).toBe('bad_data');
    return (error as Error).message;
  }
  return 'none';
}

describe('parsePromql', () => {
  it.each([
    ['', '1:1: parse error: no expression found in input'],
    ['  # nothing', '1:1: parse error: no expression found in input'],
    ['sum(', '1:5: parse error: unclosed left parenthesis'],
    ['(1', '1:3: parse error: unclosed left parenthesis'],
    ['x)', "1:2: parse error: unexpected right parenthesis ')'"],
    ['(x]', "1:3: parse error: unexpected right bracket ']'"],
    ['x{', '1:3: parse error: unclosed left brace'],
    ['x{a="b', '1:5: parse error: unterminated quoted string'],
    ['x{a=`b', '1:5: parse error: unterminated raw string'],
    ['x[', '1:3: parse error: unclosed left bracket'],
    ['1 +', '1:4: parse error: unexpected end of input'],
    ['a b', '1:3: parse error: unexpected identifier "b"'],
    ['a 5', '1:3: parse error: unexpected number "5"'],
    ['a "b"', '1:3: parse error: unexpected string "\\"b\\""'],
    ['a,b', '1:2: parse error: unexpected ","'],
    ['a ; b', "1:3: parse error: unexpected character: ';'"],
    ['nonsense(a)', '1:1: parse error: unknown function with name "nonsense"'],
    ['\n\n  sum(1)', '3:7: parse error: expected type instant vector in aggregation expression, got scalar'],
    ['x[5m:1m]', 'none'],
    ['x[0]', '1:3: parse error: duration must be greater than 0'],
    ['x[5m] + 1', '1:1: parse error: binary expression must contain only scalar and instant vector types'],
    ['1 + "a"', '1:5: parse error: binary expression must contain only scalar and instant vector types'],
    [
      '-"a"',
      '1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got "string"',
    ],
    [
      '-x[5m]',
      '1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got "range vector"',
    ],
    ['a + bool b', '1:1: parse error: bool modifier can only be used on comparison operators'],
    ['a + on(x) 1', '1:1: parse error: vector matching only allowed between instant vectors'],
    ['a and 1', '1:1: parse error: set operator "and" not allowed in binary scalar expression'],
    ['a * on(x) group_left(x) b', '1:1: parse error: label "x" must not occur in ON and GROUP clause at once'],
    ['(a)[5m]', '1:1: parse error: ranges only allowed for vector selectors'],
    ['a offset 5m [5m]', '1:1: parse error: no offset modifiers allowed before range'],
    ['a @ 5 [5m]', '1:1: parse error: no @ modifiers allowed before range'],
    [
      '1 offset 5m',
      '1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
    ],
    ['a @ 1e300', '1:5: parse error: timestamp out of bounds for @ modifier: 1e+300'],
    ['a[1e300]', '1:3: parse error: duration out of range'],
    ['x[5m + 5m]', '1:3: parse error: experimental duration expression is not enabled'],
    ['sort_by_label(x, "a")', '1:1: parse error: function "sort_by_label" is not enabled'],
    [
      'limitk(1, x)',
      '1:1: parse error: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions',
    ],
    [
      'count_values("a")',
      '1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1',
    ],
    ['"\\x"', '1:1: parse error: error unquoting string "\\"\\\\x\\""'],
    ['{"a", "b"}', '1:1: parse error: metric name must not be set twice: "a" or "b"'],
  ])('says what is wrong with %j', (query, message) => {
    expect(problemOf(query)).toContain(message);
  });

  it('tells the place of an error also as data', () => {
    expect(() => parsePromql('1 +\n  rate(x)')).toThrow(
      expect.objectContaining({
        code: 'NOVA_MONITORING_QUERY_INVALID',
        details: { errorType: 'bad_data', line: 2, column: 8, from: 11, to: 12 },
      }),
    );
  });

  it.each([
    ['x[5m] anchored', 'anchored'],
    ['a + fill(0) b', 'fill'],
    ['a </ 3', '</'],
    ['x[step()]', 'step'],
  ])('says that %j is not supported', (query, what) => {
    expect(() => parsePromql(query, { experimental: true })).toThrow(
      expect.objectContaining({
        code: 'NOVA_MONITORING_QUERY_UNSUPPORTED',
        message: expect.stringContaining(what) as string,
      }),
    );
  });

  it('knows where every node stands', () => {
    const text = 'sum by (job) (rate(x{a="b"}[5m]))';
    const tree = parsePromql(text);
    const places: string[] = [];
    const visit = (node: object): void => {
      if ('range' in node) {
        const { from, to } = node.range as { from: number; to: number };
        places.push(text.slice(from, to));
      }
      for (const value of Object.values(node)) if (typeof value === 'object' && value !== null) visit(value as object);
    };
    visit(tree);
    expect(places).toContain('x{a="b"}');
    expect(places).toContain('x{a="b"}[5m]');
    expect(places).toContain('rate(x{a="b"}[5m])');
    expect(places).toContain(text);
  });

  it('knows what an expression is of', () => {
    expect(
      ['1', '"a"', 'a', 'a[5m]', 'a[5m:]', 'time()', 'abs(a)', '1+1', '1+a', '(-a)'].map((text) =>
        typeOf(parsePromql(text)),
      ),
    ).toEqual(['scalar', 'string', 'vector', 'matrix', 'matrix', 'scalar', 'vector', 'scalar', 'vector', 'vector']);
  });

  it('reads a text of any length in time, or refuses it', () => {
    const long = Array.from({ length: 300 }, (_, i) => `x${i}`).join(' + ');
    expect(parsePromql(long).kind).toBe('binary');
    expect(() => parsePromql('x'.repeat(300_000))).toThrow(/longer than 200000/);
  });

  it('knows all functions by name', () => {
    expect(functionNames).toContain('histogram_quantile');
    expect(functionNames.length).toBeGreaterThan(80);
  });
});

describe('formatPromql', () => {
  it.each([
    ['sum(x)by(a,b)', 'sum by (a, b) (x)'],
    ['sum without()(x)', 'sum without () (x)'],
    ['topk(3,x)by(a)', 'topk by (a) (3, x)'],
    ['a+ON(x)GROUP_LEFT(y)b', 'a + on (x) group_left (y) b'],
    ['a / ignoring(x) group_right b', 'a / ignoring (x) group_right () b'],
    ['a==bool 1', 'a == bool 1'],
    ['x[300s]offset 1h', 'x[5m] offset 1h'],
    ['x[90m:]@end()', 'x[1h30m:] @ end()'],
    ['x @ 1.5', 'x @ 1.500'],
    ['x offset -90', 'x offset -1m30s'],
    ['x[1y]', 'x[1y]'],
    ['x[14d]', 'x[2w]'],
    ['x[8d]', 'x[8d]'],
    ["x{a='b\"c'}", 'x{a="b\\"c"}'],
    ['{"a.b","c d"=~"e"}', '{"a.b","c d"=~"e"}'],
    ['-(1)', '-(1)'],
    ['- 1', '-1'],
    ['+Inf', '+Inf'],
    ['sum by ("a b") (x)', 'sum by ("a b") (x)'],
    ['a and on () b', 'a and on () b'],
  ])('writes %s as %s', (text, wanted) => {
    expect(formatPromql(parsePromql(text))).toBe(wanted);
    expect(formatPromql(parsePromql(wanted))).toBe(wanted);
  });
});
