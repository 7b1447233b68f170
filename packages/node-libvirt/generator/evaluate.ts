const tokenPattern = /\s*(0x[0-9a-fA-F]+|\d+|[A-Za-z_]\w*|<<|[|()+*-])/y;

/**
 * The value of a constant C expression over integers and known names: `(1 << 3)`, `VIR_A | VIR_B`, `4096 + 1`.
 *
 * @returns the value, or `undefined` when a name is not known or the expression is of another kind.
 */
export function evaluate(expression: string, known: ReadonlyMap<string, number>): number | undefined {
  const tokens = tokenize(expression.replaceAll(/\b(\d+|0x[0-9a-fA-F]+)(?:U|L|UL|LL|ULL)\b/g, '$1'));
  if (tokens === undefined) return undefined;
  let position = 0;

  const primary = (): bigint | undefined => {
    const token = tokens[position++];
    if (token === undefined) return undefined;
    if (token === '(') {
      const value = either();
      return tokens[position++] === ')' ? value : undefined;
    }
    if (token === '-') {
      const value = primary();
      return value === undefined ? undefined : -value;
    }
    if (/^\d/.test(token)) return BigInt(token);
    const value = known.get(token);
    return value === undefined ? undefined : BigInt(value);
  };
  const binary =
    (operand: () => bigint | undefined, operators: Record<string, (a: bigint, b: bigint) => bigint>) =>
    (): bigint | undefined => {
      let left = operand();
      for (let operator = operators[tokens[position] ?? '']; operator; operator = operators[tokens[position] ?? '']) {
        position++;
        const right = operand();
        if (left === undefined || right === undefined) return undefined;
        left = operator(left, right);
      }
      return left;
    };
  const product = binary(primary, { '*': (a, b) => a * b });
  const sum = binary(product, { '+': (a, b) => a + b, '-': (a, b) => a - b });
  const shift = binary(sum, { '<<': (a, b) => a << b });
  const either = binary(shift, { '|': (a, b) => a | b });

  const value = either();
  return value === undefined || position !== tokens.length ? undefined : Number(value);
}

function tokenize(expression: string): string[] | undefined {
  const tokens: string[] = [];
  const text = expression.trim();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.length) {
    const match = tokenPattern.exec(text);
    if (match?.[1] === undefined) return undefined;
    tokens.push(match[1]);
  }
  return tokens;
}
