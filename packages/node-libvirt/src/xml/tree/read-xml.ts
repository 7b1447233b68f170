import type { XMLElement } from './xml-element.ts';
import { invalidArgument, XMLFault } from './xml-fault.ts';
import { XMLScanner } from './xml-scanner.ts';

const deepest = 1000;

/** How much of a document is read before it is refused. */
export interface XMLLimits {
  /** How many UTF-16 units a document may have. @default 16 Mi; libvirt itself sends and takes at most 4 MiB */
  readonly maxLength?: number | undefined;
  /** How deep elements may stand in each other, 1000 at most. @default 256, as libxml2 */
  readonly maxDepth?: number | undefined;
}

/**
 * Reads an XML document (XML 1.0 with namespaces) into plain elements.
 *
 * Strict: what is not well-formed is refused. Safe: a DOCTYPE is refused, so there are no entities to blow up or to
 * fetch; the time is linear in the length of the document. A declared encoding is ignored, because the text is
 * already decoded.
 *
 * @throws {LibvirtError} LIBVIRT_XML_INVALID, with line and column, when it is not well-formed or beyond the limits;
 * LIBVIRT_ARGUMENT_INVALID when it is no string, or a limit makes no sense.
 *
 * @example
 * ```ts
 * import { readXML } from 'node-libvirt/xml';
 *
 * const disk = readXML("<disk type='file'><source file='/a &amp; b.img'/></disk>");
 * disk.attributes // => { type: 'file' }
 * disk.children.map((child) => typeof child === 'string' ? child : child.attributes['file']) // => ['/a & b.img']
 * ```
 */
export function readXML(text: string, limits: XMLLimits = {}): XMLElement {
  try {
    return scanXML(text, limits);
  } catch (error) {
    throw error instanceof XMLFault ? error.toLibvirtError(text) : error;
  }
}

/** {@link readXML} with the faults as they are. @throws {XMLFault} when the document is not well-formed. */
export function scanXML(text: string, limits: XMLLimits = {}): XMLElement {
  const { maxLength = 16 * 1024 * 1024, maxDepth = 256 } = limits;
  if (typeof text !== 'string') throw invalidArgument(`expected XML as a string, not ${typeof text}`);
  if (!(maxLength >= 0 && maxDepth >= 1 && maxDepth <= deepest)) {
    throw invalidArgument(
      `maxLength must be at least 0 and maxDepth 1 to ${deepest}, not ${maxLength} and ${maxDepth}`,
    );
  }
  if (text.length > maxLength) {
    throw new XMLFault(`the document has ${text.length} characters; at most ${maxLength} are read`, 0);
  }
  return new XMLScanner(text, maxDepth).document();
}
