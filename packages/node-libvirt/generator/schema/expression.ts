/**
 * An XML Schema pattern as a JavaScript expression for the `u` flag, without anchors.
 *
 * In XML Schema `^` and `$` mean themselves, `.` is anything but line ends, and what is a letter, a digit or a name
 * character goes by Unicode and XML. Subtraction of classes is refused: libvirt's schemas have none.
 *
 * @throws {Error} for what is not known.
 */
export function expression(pattern: string): string {
  let result = '';
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === '\\') {
      result += escape(pattern.charAt(++at), inClass);
    } else if (inClass) {
      if (character === ']') inClass = false;
      if (character === '[') throw new Error(`a class in a class: ${pattern}`);
      result += character;
    } else if (character === '[') {
      inClass = true;
      result += '[';
      if (pattern.charAt(at + 1) === '^') {
        result += '^';
        at++;
      }
    } else if (character === '.') result += '[^\\n\\r]';
    else if (character === '^' || character === '$') result += `\\${character}`;
    else result += character;
  }
  return result;
}

const classes: Readonly<Record<string, string>> = {
  n: '\\n',
  r: '\\r',
  t: '\\t',
  s: ' \\t\\n\\r',
  d: '\\p{Nd}',
  i: '_:\\p{L}',
  c: '-._:\\p{L}\\p{N}\\p{M}',
};

function escape(character: string, inClass: boolean): string {
  const found = classes[character];
  if (found !== undefined) return inClass || found.length === 2 ? found : `[${found}]`;
  if (/[\^$\\.*+?()[\]{}|/]/.test(character)) return `\\${character}`;
  if (character === '-') return inClass ? '\\-' : '-';
  throw new Error(`the escape \\${character} is not known`);
}

/**
 * Patterns that a backtracking engine would take quadratic time for, and others that mean the same; the tests hold
 * them against each other.
 */
const linear: ReadonlyMap<string, string> = new Map([
  ['[0-9]+(.[0-9]+)?', '[0-9]+([^0-9\\n\\r][0-9]+)?'],
  ['[a-zA-Z_]+[a-zA-Z0-9_]*', '[a-zA-Z_][a-zA-Z0-9_]*'],
]);

/** {@link expression} for the patterns in a definition. */
export function translatePatterns(definition: string): string {
  return definition.replaceAll(/(?<=[( ]pattern=)'((?:[^']|'')*)'/g, (_, quoted: string) => {
    const pattern = quoted.replaceAll("''", "'");
    return `'${(linear.get(pattern) ?? expression(pattern)).replaceAll("'", "''")}'`;
  });
}
