import type { Kind } from './kinds.ts';

/** The functions that read and write documents of one kind. */
export function emitObjectFunctions(kinds: readonly Kind[]): string[] {
  const types = kinds.map(({ name }) => `  ${name}XML,`);
  return [
    `import { formatXML, parseXML } from '../object/parse-xml.ts';\nimport type { XMLLimits } from '../tree/read-xml.ts';\nimport type {\n${types.join('\n')}\n} from './types.gen.ts';`,
    ...kinds.map(({ schema, name, noun }) => functions(schema, name, noun)),
  ];
}

function functions(schema: string, name: string, noun: string): string {
  return `/**
 * Reads the XML of ${noun}: {@link parseXML} of the kind \`${schema}\`.
 *
 * @throws {LibvirtError} LIBVIRT_XML_INVALID when it is not well-formed, or begins with another element.
 */
export function parse${name}XML(text: string, limits: XMLLimits = {}): ${name}XML {
  return parseXML('${schema}', text, limits);
}

/**
 * Writes the XML of ${noun}: {@link formatXML} of the kind \`${schema}\`.
 *
 * @throws {LibvirtError} LIBVIRT_XML_INVALID when a property is unknown, or of a type that can not be written.
 */
export function format${name}XML(object: ${name}XML): string {
  return formatXML('${schema}', object);
}`;
}
