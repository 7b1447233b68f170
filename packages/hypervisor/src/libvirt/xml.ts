import { SaxesParser } from 'saxes';
import { HypervisorError } from '../error.ts';

/** An XML element. */
export interface XmlElement {
  /** Its name with its prefix, as written. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text, without that of its children. */
  readonly text: string;
}

interface OpenElement extends XmlElement {
  readonly children: OpenElement[];
  text: string;
}

/**
 * Reads an XML document into elements. Document types are refused, so that no entity can be defined.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INTERNAL when it is not well-formed.
 */
export function parseXml(text: string): XmlElement {
  const parser = new SaxesParser();
  const open: OpenElement[] = [];
  let root: OpenElement | undefined;
  const fail = (message: string): never => {
    throw new HypervisorError({ kind: 'internal', message: `The hypervisor sent XML that can't be read: ${message}` });
  };
  parser.on('error', (error) => fail(error.message));
  parser.on('doctype', () => fail('it has a document type'));
  parser.on('opentag', ({ name, attributes }) => {
    const element: OpenElement = { name, attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  const addText = (part: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += part;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(text).close();
  return root ?? fail('it is empty');
}

/** The first child element along a path of names, if it is there. */
export function findElement(element: XmlElement, ...path: readonly string[]): XmlElement | undefined {
  let found: XmlElement | undefined = element;
  for (const name of path) found = found?.children.find((child) => child.name === name);
  return found;
}
