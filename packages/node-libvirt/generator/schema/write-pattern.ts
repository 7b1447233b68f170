import { textOf, type XMLElement } from '../../src/xml/tree/xml-element.ts';

const relaxNamespace = 'http://relaxng.org/ns/structure/1.0';
const datatypes = 'http://www.w3.org/2001/XMLSchema-datatypes';

/** What the patterns of a file need to know of what is around them. */
export interface PatternContext {
  /** The prefix for a namespace; makes one when it is new. */
  readonly prefix: (uri: string) => string;
  /** Takes the grammar inside a pattern out, and gives it a name. */
  readonly grammar: (element: XMLElement) => string;
}

/** The element children that belong to RELAX NG; annotations are left out. */
export function relaxChildren(element: XMLElement): XMLElement[] {
  return element.children.filter(
    (child) => typeof child === 'object' && child.namespace === relaxNamespace,
  ) as XMLElement[];
}

/** A RELAX NG pattern, several in one element standing in order, in the notation of the description. */
export function writePattern(element: XMLElement, context: PatternContext, ns: string = ''): string {
  const { attributes } = element;
  const inside = attributes['ns'] ?? ns;
  const all = (children: readonly XMLElement[] = relaxChildren(element)): readonly string[] =>
    children.map((child) => writePattern(child, context, inside));
  const sequence = (children?: readonly XMLElement[]): string => joined(all(children), ',');

  switch (element.name) {
    case 'element':
    case 'attribute': {
      const sign = element.name === 'attribute' ? '@' : '';
      const { name } = attributes;
      const children = relaxChildren(element);
      if (name !== undefined) {
        const uri = element.name === 'element' ? inside : (attributes['ns'] ?? '');
        const qualified = uri === '' ? name : `${context.prefix(uri)}:${name}`;
        const content = sequence(children);
        return `${sign}${qualified}{${content === '' ? (sign === '@' ? '#' : '()') : content}}`;
      }
      const [first, ...rest] = children;
      if (first?.name !== 'anyName' || relaxChildren(first).length > 0)
        throw new Error('of name classes only anyName is known');
      return `${sign}*{${rest.length === 0 ? '#' : sequence(rest)}}`;
    }
    case 'group':
      return sequence();
    case 'interleave':
      return joined(all(), '&');
    case 'choice':
      return joined(all(), '|');
    case 'optional':
      return `${unit(sequence())}?`;
    case 'zeroOrMore':
      return `${unit(sequence())}*`;
    case 'oneOrMore':
      return `${unit(sequence())}+`;
    case 'ref':
      return `$${attributes['name']}`;
    case 'grammar':
      return `$${context.grammar(element)}`;
    case 'text':
      return '#';
    case 'empty':
      return '()';
    case 'notAllowed':
      return '!';
    case 'value':
      if ((attributes['type'] ?? 'token') !== 'token') throw new Error(`value of type ${attributes['type']}`);
      return quoted(textOf(element));
    case 'data':
      return data(element);
    default:
      throw new Error(`unknown pattern <${element.name}>`);
  }
}

function data(element: XMLElement): string {
  const parameters: string[] = [];
  let excepted = '';
  for (const child of relaxChildren(element)) {
    if (child.name === 'param') parameters.push(`${child.attributes['name']}=${quoted(textOf(child))}`);
    else if (child.name === 'except') {
      const [first] = relaxChildren(child);
      const values = first?.name === 'choice' ? relaxChildren(first) : relaxChildren(child);
      if (values.some(({ name }) => name !== 'value')) throw new Error('only values can be excepted');
      excepted = values.map((value) => `!${quoted(textOf(value))}`).join('');
    } else throw new Error(`unknown part of data: <${child.name}>`);
  }
  const library = element.attributes['datatypeLibrary'];
  if (library !== undefined && library !== datatypes) throw new Error(`unknown datatypes ${library}`);
  return `%${element.attributes['type']}${parameters.length === 0 ? '' : `(${parameters.join(' ')})`}${excepted}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Several patterns as one; parentheses where it would be read differently without them. */
function joined(parts: readonly string[], operator: ',' | '&' | '|'): string {
  if (parts.length === 1) return parts[0] ?? '';
  return parts.map((part) => (isCompound(part) ? `(${part})` : part)).join(operator);
}

function unit(part: string): string {
  return isCompound(part) || /[?*+]$/.test(part) ? `(${part})` : part;
}

/** Whether an operator stands outside of all brackets and quotes. */
function isCompound(pattern: string): boolean {
  let depth = 0;
  for (const [token] of pattern.matchAll(/'(?:[^']|'')*'|[({})]|[,&|]/g)) {
    if (token === '(' || token === '{') depth++;
    else if (token === ')' || token === '}') depth--;
    else if (depth === 0 && token.length === 1 && token !== "'") return true;
  }
  return false;
}
