import { endOfName, forbiddenCharacter, isName, isSpace } from './characters.ts';
import { declarationFault, declaredPrefix, namespaceOf, type NamespaceScope } from './namespaces.ts';
import { resolveReferences } from './references.ts';
import { nameAt } from './names.ts';
import { localName, setOwn, type XMLElement } from './xml-element.ts';
import { XMLFault } from './xml-fault.ts';

const declaration =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(["'])1\.[0-9]+\1(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(["'])[A-Za-z][\w.-]*\2)?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(["'])(?:yes|no)\3)?[ \t\r\n]*\?>$/;

/** What makes a text, or a value, differ from how it is written, or wrong. */
const specialInText = /[&\r]|\]\]>/;
const specialInValue = /[&<\t\r\n]/;

const lessThan = 60;
const slash = 47;
const greaterThan = 62;
const equals = 61;

/** Reads one document, from its first character to its last. */
export class XMLScanner {
  private readonly text: string;
  private readonly maxDepth: number;
  private at = 0;
  /** Whether no text of the document needs a closer look, which is so for nearly all. */
  private readonly isPlain: boolean;
  /** The elements that are open, from the root inwards. */
  private readonly open: XMLElement[] = [];
  private readonly scopes: (NamespaceScope | undefined)[] = [];

  /**
   * @param text - The document.
   * @param maxDepth - How deep elements may stand in each other.
   */
  constructor(text: string, maxDepth: number) {
    this.text = text;
    this.maxDepth = maxDepth;
    this.isPlain = !specialInText.test(text);
  }

  /** The root element. @throws {XMLFault} when the document is not well-formed. */
  document(): XMLElement {
    const { text } = this;
    const forbidden = forbiddenCharacter.exec(text);
    if (forbidden !== null) {
      const code = forbidden[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
      throw new XMLFault(`the character U+${code} is not allowed in XML`, forbidden.index);
    }
    if (text.charCodeAt(0) === 0xfeff) this.at = 1;
    if (text.startsWith('<?xml', this.at) && isSpace(text.charCodeAt(this.at + 5))) this.skipDeclaration();
    this.skipMiscellaneous();
    if (text.charCodeAt(this.at) !== lessThan) this.fail('expected the root element');
    const root = this.startTag();
    while (this.open.length > 0) this.content();
    this.skipMiscellaneous();
    if (this.at < text.length) this.fail('nothing may follow the root element but comments');
    return root;
  }

  /** @throws {XMLFault} always, with the place. */
  private fail(message: string, offset: number = this.at): never {
    if (offset >= this.text.length) throw new XMLFault(`${message}, but the document ends`, this.text.length);
    throw new XMLFault(message, offset);
  }

  private skipDeclaration(): void {
    const end = this.find('?>', this.at, 'the XML declaration') + 2;
    // Declarations are short, so the pattern never sees a long text.
    if (end - this.at > 200 || !declaration.test(this.text.slice(this.at, end))) {
      this.fail('the XML declaration must be like <?xml version="1.0" encoding="UTF-8"?>');
    }
    this.at = end;
  }

  private find(what: string, from: number, name: string): number {
    const found = this.text.indexOf(what, from);
    if (found === -1) this.fail(`${name} has no end`);
    return found;
  }

  private afterSpace(start: number): number {
    let at = start;
    while (isSpace(this.text.charCodeAt(at))) at++;
    return at;
  }

  /** Comments, processing instructions and white space outside the root element. */
  private skipMiscellaneous(): void {
    for (;;) {
      this.at = this.afterSpace(this.at);
      if (this.text.startsWith('<!--', this.at)) this.skipComment();
      else if (this.text.startsWith('<?', this.at)) this.skipInstruction();
      else if (this.text.startsWith('<!', this.at)) this.fail('a DOCTYPE is not accepted');
      else return;
    }
  }

  private skipComment(): void {
    const end = this.find('--', this.at + 4, 'the comment');
    if (this.text.charCodeAt(end + 2) !== greaterThan) this.fail('"--" must not stand in a comment', end);
    this.at = end + 3;
  }

  private skipInstruction(): void {
    const start = this.at + 2;
    const target = this.text.slice(start, endOfName(this.text, start));
    if (!isName(target) || target.toLowerCase() === 'xml') {
      this.fail('expected the name of a processing instruction, other than xml', start);
    }
    this.at = start + target.length;
    const end = this.find('?>', this.at, 'the processing instruction');
    if (end > this.at && !isSpace(this.text.charCodeAt(this.at))) this.fail('expected a space');
    this.at = end + 2;
  }

  /** One piece of what is in the innermost open element: text, a tag, a comment, an instruction or CDATA. */
  private content(): void {
    const { text } = this;
    const parent = this.open.at(-1) as XMLElement;
    const start = this.at;
    if (text.charCodeAt(start) !== lessThan) {
      const end = text.indexOf('<', start);
      if (end === -1) this.fail(`<${parent.name}> has no end`, parent.offset);
      this.at = end;
      append(parent, this.plainText(start, end));
      return;
    }
    const next = text.charCodeAt(start + 1);
    if (next === slash) this.endTag(parent);
    else if (next === 63) this.skipInstruction();
    else if (next !== 33) parent.children.push(this.startTag());
    else if (text.startsWith('<!--', start)) this.skipComment();
    else if (text.startsWith('<![CDATA[', start)) {
      const end = this.find(']]>', start + 9, 'the CDATA section');
      append(parent, lines(text.slice(start + 9, end)));
      this.at = end + 3;
    } else this.fail('"<!" begins a comment or a CDATA section in an element');
  }

  private plainText(start: number, end: number): string {
    const raw = this.text.slice(start, end);
    if (this.isPlain || !specialInText.test(raw)) return raw;
    if (raw.includes(']]>')) this.fail('"]]>" must be written "]]&gt;" in text', start + raw.indexOf(']]>'));
    return resolveReferences(raw, start, lines);
  }

  private endTag(element: XMLElement): void {
    const { text } = this;
    const { name } = element;
    const start = this.at + 2;
    if (!text.startsWith(name, start)) this.fail(`expected </${name}>`);
    this.at = start + name.length;
    if (text.charCodeAt(this.at) !== greaterThan) {
      if (endOfName(text, this.at) !== this.at) this.fail(`expected </${name}>`, start - 2);
      this.at = this.afterSpace(this.at);
      if (text.charCodeAt(this.at) !== greaterThan) this.fail(`expected ">" after </${name}`);
    }
    this.at++;
    this.open.pop();
    this.scopes.pop();
  }

  /** A start tag, which opens the element unless it ends with `/>`. */
  private startTag(): XMLElement {
    const { text } = this;
    const offset = this.at;
    const name = nameAt(text, offset + 1);
    if (name === undefined) this.fail('expected the name of an element', offset + 1);
    this.at = offset + 1 + name.length;
    const attributes: Record<string, string> = {};
    // Declarations and names with a prefix are few; the rest is not slowed down by them.
    let qualified: string[] | undefined;
    for (;;) {
      const before = this.at;
      const start = this.afterSpace(before);
      const code = text.charCodeAt(start);
      this.at = start;
      if (code === greaterThan || code === slash) break;
      if (start === before) this.fail(`expected a space, "/>" or ">" in <${name}>`);
      const attribute = nameAt(text, start);
      if (attribute === undefined) this.fail(`expected the name of an attribute of <${name}>`);
      if (attributes[attribute] !== undefined && Object.hasOwn(attributes, attribute)) {
        this.fail(`<${name}> has the attribute ${attribute} twice`);
      }
      this.at = start + attribute.length;
      const value = this.attributeValue(attribute);
      setOwn(attributes, attribute, value);
      if (attribute === 'xmlns' || attribute.includes(':')) (qualified ??= []).push(attribute);
    }
    const outer = this.scopes.at(-1);
    const scope = qualified === undefined ? outer : this.declarations(qualified, attributes, outer, offset);
    const namespace = scope === undefined && !name.includes(':') ? undefined : this.namespace(name, scope, offset);
    const element: XMLElement = { name, namespace, attributes, children: [], offset };

    if (text.charCodeAt(this.at) === slash) {
      if (text.charCodeAt(this.at + 1) !== greaterThan) this.fail('expected "/>"');
      this.at += 2;
    } else {
      this.at++;
      if (this.open.length >= this.maxDepth) {
        this.fail(`elements stand in each other deeper than ${this.maxDepth}`, offset);
      }
      this.open.push(element);
      this.scopes.push(scope);
    }
    return element;
  }

  /** What stands after the name of an attribute, without the quotes. */
  private attributeValue(attribute: string): string {
    const { text } = this;
    const sign = this.afterSpace(this.at);
    if (text.charCodeAt(sign) !== equals) this.fail(`expected "=" after the attribute ${attribute}`, sign);
    const start = this.afterSpace(sign + 1) + 1;
    const quote = text.charCodeAt(start - 1);
    if (quote !== 34 && quote !== 39) this.fail(`expected the value of ${attribute} in quotes`, start - 1);
    const end = text.indexOf(quote === 34 ? '"' : "'", start);
    if (end === -1) this.fail(`the value of ${attribute} has no end`, start);
    const raw = text.slice(start, end);
    this.at = end + 1;
    if (!specialInValue.test(raw)) return raw;
    const mark = raw.indexOf('<');
    if (mark !== -1) this.fail(`"<" must be written "&lt;" in the value of ${attribute}`, start + mark);
    return resolveReferences(raw, start, spaces);
  }

  /** The scope inside an element that has declarations of namespaces, or attributes with a prefix. */
  private declarations(
    names: readonly string[],
    attributes: Readonly<Record<string, string>>,
    outer: NamespaceScope | undefined,
    offset: number,
  ): NamespaceScope | undefined {
    const declared = new Map<string, string>();
    for (const name of names) {
      const prefix = declaredPrefix(name);
      if (prefix === undefined) continue;
      const uri = attributes[name] ?? '';
      const fault = declarationFault(prefix, uri);
      if (fault !== undefined) this.fail(fault, offset);
      declared.set(prefix, uri);
    }
    const scope = declared.size === 0 ? outer : { outer, declared };
    const seen = new Set<string>();
    for (const name of names) {
      if (declaredPrefix(name) !== undefined) continue;
      const full = `${localName(name)} ${this.namespace(name, scope, offset)}`;
      if (seen.has(full)) this.fail(`the attribute ${name} is there twice, under two prefixes`, offset);
      seen.add(full);
    }
    return scope;
  }

  private namespace(name: string, scope: NamespaceScope | undefined, offset: number): string | undefined {
    const length = name.indexOf(':');
    const uri = namespaceOf(length === -1 ? '' : name.slice(0, length), scope);
    if (uri === undefined) this.fail(`the prefix of ${name} is not declared`, offset);
    return uri === '' ? undefined : uri;
  }
}

/** Line ends as XML has them: a line feed. */
function lines(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
}

/** White space as XML has it in attributes: a space for each. */
function spaces(text: string): string {
  return text.replaceAll(/\r\n|[\t\r\n]/g, ' ');
}

function append(parent: XMLElement, text: string): void {
  const { children } = parent;
  const last = children.at(-1);
  if (typeof last === 'string') children[children.length - 1] = last + text;
  else if (text !== '') children.push(text);
}
