import type { Datatype } from '../grammar/datatype.ts';
import type { Pattern } from '../grammar/pattern.ts';

/** Words for definitions whose expressions say little to a reader. */
const words: Readonly<Record<string, string>> = {
  UUID: 'a UUID',
  uniMacAddr: 'a MAC address like 52:54:00:12:34:56',
  macAddr: 'a MAC address like 52:54:00:12:34:56',
  ipv4Addr: 'an IPv4 address',
  ipv6Addr: 'an IPv6 address',
  ipAddr: 'an IP address',
  absFilePath: 'an absolute path',
  absDirPath: 'an absolute path',
  filePath: 'a path',
  dirPath: 'a path',
  cpuset: 'a list of CPUs like 0-3,^2',
  unit: 'a unit like KiB, MiB or GiB',
  PortNumber: 'a port from -1 to 65535',
  wwn: 'a world wide name of 16 hexadecimal digits',
};

/** What a text may be, in words; for messages. */
export function expectedTexts(pattern: Pattern): string[] {
  const definition = pattern.definition?.replace(/\.\d+$/, '');
  const word = definition === undefined ? undefined : words[definition];
  if (word !== undefined) return [word];
  switch (pattern.kind) {
    case 'value':
      return [`"${pattern.name}"`];
    case 'text':
      return ['any text'];
    case 'data':
      return pattern.datatype === undefined ? [] : [dataWords(pattern.datatype)];
    case 'empty':
      return ['nothing'];
    case 'element':
    case 'attribute':
      return [];
    default:
      return [...new Set(pattern.parts.flatMap(expectedTexts))];
  }
}

function dataWords({ type, parameters, isInteger, excepted }: Datatype): string {
  const { pattern, minInclusive, maxInclusive, maxLength } = parameters;
  const not = excepted.length === 0 ? '' : ` but not ${excepted.map((text) => `"${text}"`).join(' or ')}`;
  if (isInteger) {
    const least = minInclusive ?? (type === 'positiveInteger' ? '1' : type.startsWith('unsigned') ? '0' : undefined);
    if (least !== undefined && maxInclusive !== undefined)
      return `a whole number from ${least} to ${maxInclusive}${not}`;
    if (least !== undefined) return `a whole number, at least ${least}${not}`;
    return maxInclusive === undefined ? `a whole number${not}` : `a whole number, at most ${maxInclusive}${not}`;
  }
  if (pattern !== undefined) return `text like /${pattern}/${not}`;
  if (maxLength !== undefined) return `text of at most ${maxLength} characters${not}`;
  const others: Readonly<Record<string, string>> = {
    string: 'text',
    double: 'a number',
    dateTime: 'a time like 2026-01-31T23:59:00',
    anyURI: 'a URI',
    NCName: 'a name without colons',
  };
  return `${others[type] ?? type}${not}`;
}

/** The elements that may come first, as `<name>`. */
export function expectedElements(pattern: Pattern): string[] {
  const found = new Set<string>();
  const visit = ({ kind, name, parts }: Pattern): void => {
    if (kind === 'element') found.add(name === '*' ? 'any element' : `<${name}>`);
    else if (kind === 'group') {
      for (const part of parts) {
        visit(part);
        if (!part.nullable) break;
      }
    } else if (kind !== 'attribute') for (const part of parts) visit(part);
  };
  visit(pattern);
  return [...found];
}

/** The names of the attributes that may be there. */
export function expectedAttributes(pattern: Pattern): string[] {
  const found = new Set<string>();
  const visit = ({ kind, name, parts, hasAttributes }: Pattern): void => {
    if (kind === 'attribute') found.add(name === '*' ? 'any attribute' : name);
    else if (hasAttributes) for (const part of parts) visit(part);
  };
  visit(pattern);
  return [...found];
}

/** The names of the elements or attributes that must be there and are not; of alternatives, the shortest. */
export function missingNames(pattern: Pattern, kind: 'element' | 'attribute'): string[] {
  if (kind === 'attribute' && !pattern.hasAttributes) return [];
  if (pattern.nullable) return [];
  switch (pattern.kind) {
    case kind:
      return [pattern.name];
    case 'choice': {
      const ways = pattern.parts.map((part) => missingNames(part, kind));
      return ways.reduce((shortest, way) => (way.length < shortest.length ? way : shortest));
    }
    case 'group':
    case 'interleave':
    case 'oneOrMore':
      return [...new Set(pattern.parts.flatMap((part) => missingNames(part, kind)))];
    default:
      return [];
  }
}
