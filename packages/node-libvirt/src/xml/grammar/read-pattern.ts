import { datatype } from './datatype.ts';
import type { Pattern } from './pattern.ts';
import type { PatternPool } from './pattern-pool.ts';

const word = /[^\s{}()'$%@,&|?*+#!=]+/y;

/**
 * Reads a pattern in the notation of the committed grammar (see `generator/schema/schema-description.ts`).
 *
 * What is in an element is read when it is asked for: a document uses a small part of the grammar, and definitions
 * refer to themselves.
 *
 * @param resolve - The pattern of a definition.
 * @throws {Error} when the text is no pattern; the generator's tests read all of them.
 */
export function readPattern(text: string, pool: PatternPool, resolve: (name: string) => Pattern): Pattern {
  let at = 0;
  const fail = (expected: string): never => {
    throw new Error(`expected ${expected} at ${at} of the pattern ${text}`);
  };
  const expect = (token: string): void => {
    if (!text.startsWith(token, at)) fail(token);
    at += token.length;
  };
  const readWord = (): string => {
    word.lastIndex = at;
    const found = word.exec(text)?.[0] ?? fail('a name');
    at += found.length;
    return found;
  };
  const readQuoted = (): string => {
    expect("'");
    let value = '';
    for (;;) {
      const end = text.indexOf("'", at);
      if (end === -1) fail("'");
      value += text.slice(at, end);
      at = end + 1;
      if (text[at] !== "'") return value;
      value += "'";
      at++;
    }
  };

  const readAll = (): Pattern => {
    const parts = [readRepeated()];
    const operator = text[at];
    if (operator !== ',' && operator !== '&' && operator !== '|') return parts[0] as Pattern;
    while (text[at] === operator) {
      at++;
      parts.push(readRepeated());
    }
    if (operator === '|') return pool.choice(parts);
    return operator === ',' ? pool.group(parts) : pool.interleave(parts);
  };
  const readRepeated = (): Pattern => {
    const unit = readUnit();
    const sign = text[at];
    if (sign !== '?' && sign !== '*' && sign !== '+') return unit;
    at++;
    const repeated = sign === '?' ? unit : pool.oneOrMore(unit);
    return sign === '+' ? repeated : pool.choice([repeated, pool.empty]);
  };
  const readUnit = (): Pattern => {
    switch (text[at]) {
      case '(': {
        at++;
        if (text[at] === ')') {
          at++;
          return pool.empty;
        }
        const inside = readAll();
        expect(')');
        return inside;
      }
      case '#':
        at++;
        return pool.text;
      case '!':
        at++;
        return pool.none;
      case '$':
        at++;
        return resolve(readDefinitionName());
      case "'":
        return pool.value(readQuoted());
      case '%':
        at++;
        return readData();
      case '@': {
        at++;
        const name = readNameClass();
        expect('{');
        const content = readAll();
        expect('}');
        return pool.attribute(name, content);
      }
      default:
        return readElement();
    }
  };
  const readDefinitionName = (): string => {
    const name = readWord();
    if (text[at] !== '#') return name;
    at++;
    return `${name}#${readWord()}`;
  };
  const readNameClass = (): string => {
    if (text[at] !== '*') return readWord();
    at++;
    return '*';
  };
  const readElement = (): Pattern => {
    const name = readNameClass();
    const start = at;
    expect('{');
    for (let depth = 1; depth > 0;) {
      const character = text[at] ?? fail('}');
      if (character === "'") readQuoted();
      else {
        at++;
        if (character === '{') depth++;
        else if (character === '}') depth--;
      }
    }
    const source = text.slice(start + 1, at - 1);
    let content: Pattern | undefined;
    return pool.element(name, () => (content ??= readPattern(source, pool, resolve)));
  };
  const readData = (): Pattern => {
    const name = readWord();
    const parameters: Record<string, string> = {};
    if (text[at] === '(') {
      do {
        at++;
        const parameter = readWord();
        expect('=');
        parameters[parameter] = readQuoted();
      } while (text[at] === ' ');
      expect(')');
    }
    const excepted: string[] = [];
    while (text[at] === '!') {
      at++;
      excepted.push(readQuoted());
    }
    return pool.data(datatype(name, parameters, excepted));
  };

  const pattern = readAll();
  if (at < text.length) fail('the end');
  return pattern;
}
