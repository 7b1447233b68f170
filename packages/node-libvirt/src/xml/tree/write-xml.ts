import { forbiddenCharacter, isName } from './characters.ts';
import { escapeAttribute, escapeText } from './escape.ts';
import { declarationFault, declaredPrefix, namespaceOf, type NamespaceScope } from './namespaces.ts';
import type { XMLElement } from './xml-element.ts';
import { invalidXML } from './xml-fault.ts';

const deepest = 256;

/**
 * Writes an element as XML in libvirt's own style: two spaces a level, values in single quotes, and a line feed at the
 * end. An element with text in it is written in one piece, so that no white space is added to what it says.
 *
 * Whatever the texts and values are, they stay texts and values. Names and prefixes are checked.
 *
 * @throws {LibvirtError} LIBVIRT_XML_INVALID when a name is none, a prefix is not declared, a text holds a character
 * that XML forbids, or elements stand in each other deeper than 256.
 *
 * @example
 * ```ts
 * import { writeXML } from 'node-libvirt/xml';
 *
 * const text = writeXML({ name: 'title', attributes: { lang: 'en' }, children: ['</title> & more'] });
 * text // => "<title lang='en'>&lt;/title&gt; &amp; more</title>\n"
 * ```
 */
export function writeXML(element: XMLElement): string {
  const pieces: string[] = [];
  write(element, { pieces, indentation: '\n', depth: 1, scope: undefined });
  pieces.push('\n');
  return pieces.join('');
}

interface Place {
  readonly pieces: string[];
  /** The line feed and spaces before a child's tag; empty where nothing may be added. */
  readonly indentation: string;
  readonly depth: number;
  readonly scope: NamespaceScope | undefined;
}

function write(element: XMLElement, place: Place): void {
  if (!isElement(element)) throw invalidXML('expected an element with name, attributes and children');
  const { name, attributes, children } = element;
  const { pieces, depth } = place;
  if (depth > deepest) throw invalidXML(`elements stand in each other deeper than ${deepest}, or in themselves`);
  const scope = declarations(attributes, place.scope);
  checkName(name, 'element', scope);
  pieces.push('<', name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (declaredPrefix(attribute) === undefined) checkName(attribute, `attribute of <${name}>`, scope);
    pieces.push(
      ' ',
      attribute,
      "='",
      escapeAttribute(checkText(value, `the attribute ${attribute} of <${name}>`)),
      "'",
    );
  }
  if (children.length === 0) {
    pieces.push('/>');
    return;
  }
  pieces.push('>');
  const inOnePiece = place.indentation === '' || children.some((child) => typeof child === 'string');
  const inside = { pieces, indentation: inOnePiece ? '' : `${place.indentation}  `, depth: depth + 1, scope };
  for (const child of children) {
    if (typeof child === 'object') {
      pieces.push(inside.indentation);
      write(child, inside);
    } else pieces.push(escapeText(checkText(child, `the text of <${name}>`)));
  }
  pieces.push(inOnePiece ? '' : place.indentation, '</', name, '>');
}

/** Elements come from callers too, whose compiler may not have looked. */
function isElement(value: XMLElement | null | undefined): value is XMLElement {
  const { name, attributes, children } = value ?? {};
  return typeof name === 'string' && typeof attributes === 'object' && attributes !== null && Array.isArray(children);
}

function declarations(
  attributes: Readonly<Record<string, string>>,
  outer: NamespaceScope | undefined,
): NamespaceScope | undefined {
  let declared: Map<string, string> | undefined;
  for (const [name, uri] of Object.entries(attributes)) {
    const prefix = declaredPrefix(name);
    if (prefix === undefined) continue;
    const fault = prefix !== '' && !isName(prefix) ? `${name} declares no name` : declarationFault(prefix, uri);
    if (fault !== undefined) throw invalidXML(fault);
    (declared ??= new Map()).set(prefix, uri);
  }
  return declared === undefined ? outer : { outer, declared };
}

function checkName(name: string, what: string, scope: NamespaceScope | undefined): void {
  if (!isName(name)) throw invalidXML(`${JSON.stringify(name)} can not be the name of an ${what}`);
  const length = name.indexOf(':');
  if (length !== -1 && namespaceOf(name.slice(0, length), scope) === undefined) {
    throw invalidXML(
      `the prefix of ${name} is not declared; declare it by an attribute xmlns:${name.slice(0, length)}`,
    );
  }
}

function checkText(text: string, what: string): string {
  if (typeof text !== 'string') throw invalidXML(`${what} must be a string, not ${typeof text}`);
  const forbidden = forbiddenCharacter.exec(text);
  if (forbidden === null) return text;
  const code = forbidden[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  throw invalidXML(`${what} holds the character U+${code}, which XML has no way to write`);
}
