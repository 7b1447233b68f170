import type { XMLKind } from '../grammar/grammar.ts';
import type { XMLTypes } from '../schema/types.gen.ts';
import { readXML, type XMLLimits } from '../tree/read-xml.ts';
import { positionAt } from '../tree/position.ts';
import { writeXML } from '../tree/write-xml.ts';
import type { XMLElement } from '../tree/xml-element.ts';
import { invalidXML } from '../tree/xml-fault.ts';
import { checkKind } from '../validate/validate-xml.ts';
import { ObjectFormatter } from './format-object.ts';
import { parseObject } from './parse-object.ts';
import { rootShape } from './schema-shapes.ts';

/**
 * Reads a document of a kind into an object.
 *
 * Attributes and child elements are properties under libvirt's own names; elements that may repeat are arrays; the text
 * of an element that also has attributes is `value`; an element that is only text is that text. Nothing is lost: what
 * the schema does not know is in `extra`. The document is not validated: see {@link validateXML}.
 *
 * @throws {LibvirtError} LIBVIRT_XML_INVALID when it is not well-formed or begins with another element;
 * LIBVIRT_ARGUMENT_INVALID when the kind is unknown or the document is no string.
 *
 * @example
 * ```ts
 * import { parseXML } from 'node-libvirt/xml';
 *
 * const pool = parseXML('storagepool', "<pool type='dir'><name>images</name><target><path>/srv</path></target></pool>");
 * pool.type // => 'dir'
 * pool.target?.path // => '/srv'
 * ```
 */
export function parseXML<Kind extends XMLKind>(kind: Kind, text: string, limits: XMLLimits = {}): XMLTypes[Kind] {
  checkKind(kind);
  const root = readXML(text, limits);
  const { name, shape, grammar } = rootShape(kind);
  if (root.namespace !== undefined || (name === undefined ? !shape.children.has(root.name) : root.name !== name)) {
    const expected = name === undefined ? `one of ${[...shape.children.keys()].join(', ')}` : `<${name}>`;
    const of = root.namespace === undefined ? '' : ` of the namespace ${root.namespace}`;
    throw invalidXML(`line ${positionAt(text, root.offset ?? 0).line}: expected ${expected}, not <${root.name}>${of}`);
  }
  const outermost: XMLElement = name === undefined ? { name: '', attributes: {}, children: [root] } : root;
  return parseObject(outermost, shape, grammar) as unknown as XMLTypes[Kind];
}

/**
 * Writes an object as a document of a kind, in the order of the schema and the style of libvirt.
 *
 * Texts stay texts, whatever is in them. Only what can not be written at all is refused: see {@link validateXML}.
 *
 * @throws {LibvirtError} LIBVIRT_XML_INVALID when a property is unknown, or of a type that can not be written;
 * LIBVIRT_ARGUMENT_INVALID when the kind is unknown.
 *
 * @example
 * ```ts
 * import { formatXML } from 'node-libvirt/xml';
 *
 * const volume = formatXML('storagevol', { name: 'a.img', capacity: { unit: 'GiB', value: 8 }, target: {} });
 * volume.split('\n')[2] // => "  <capacity unit='GiB'>8</capacity>"
 * ```
 */
export function formatXML<Kind extends XMLKind>(kind: Kind, object: XMLTypes[Kind]): string {
  checkKind(kind);
  const { name, shape } = rootShape(kind);
  return writeXML(new ObjectFormatter().root(name, object, shape, kind));
}
