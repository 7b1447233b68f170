/**
 * An element of an XML document as plain data: what it is called, its attributes, and what is in it.
 *
 * Comments and processing instructions are left out; CDATA is text like any other.
 */
export interface XMLElement {
  /** The name as it is written, with its prefix: `qemu:commandline`. */
  name: string;
  /** The namespace that the prefix stands for; absent for none. Writing ignores it: declare it by an attribute. */
  namespace?: string | undefined;
  /** Values by name as they are written, `xmlns` and `xmlns:...` among them. */
  attributes: Record<string, string>;
  /** Elements and texts in their order. Texts next to each other are one. */
  children: XMLNode[];
  /** Where the element's `<` stands in the text that was read, in UTF-16 units; absent when it was not read. */
  offset?: number | undefined;
}

/** What stands inside an element: another one, or text. */
export type XMLNode = XMLElement | string;

/** The name of an element or attribute without its prefix. */
export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** The texts that stand directly in an element, joined. */
export function textOf(element: XMLElement): string {
  const { children } = element;
  const [first] = children;
  if (children.length === 1 && typeof first === 'string') return first;
  return children.filter((child) => typeof child === 'string').join('');
}

/** Sets a property that is the object's own, whatever its name: an assignment to `__proto__` would make none. */
export function setOwn(target: Record<string, string>, name: string, value: string): void {
  if (name !== '__proto__') target[name] = value;
  else Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}
