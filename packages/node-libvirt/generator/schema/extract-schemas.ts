/**
 * Extracts the description of libvirt's XML from an unpacked source tree, or an installed libvirt:
 * `node generator/schema/extract-schemas.ts libvirt-11.3.0/src/conf/schemas 11.3.0 generator/schema/schemas.json`
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readXML } from '../../src/xml/tree/read-xml.ts';
import type { XMLElement } from '../../src/xml/tree/xml-element.ts';
import { formatSchemas } from './format-schemas.ts';
import type { Schema, SchemaDescription } from './schema-description.ts';
import { relaxChildren, writePattern } from './write-pattern.ts';

/** Reads all `.rng` files of a directory. */
export function extractSchemas(directory: string, libvirt: string): SchemaDescription {
  const namespaces: Record<string, string> = {};
  const prefix = (uri: string): string => {
    const name = prefixOf(uri);
    if ((namespaces[name] ??= uri) !== uri)
      throw new Error(`two namespaces would be ${name}: ${namespaces[name]}, ${uri}`);
    return name;
  };
  const schemas: Record<string, Schema> = {};
  const files = readdirSync(directory).filter((name) => name.endsWith('.rng'));
  for (const file of files.toSorted()) {
    const name = file.slice(0, -'.rng'.length);
    let count = 0;
    const add = (schema: string, grammar: XMLElement): void => {
      const inner = (element: XMLElement): string => {
        const own = `${name}#${++count}`;
        add(own, element);
        return own;
      };
      schemas[schema] = readGrammar(grammar, { prefix, grammar: inner });
    };
    add(name, readXML(readFileSync(join(directory, file), 'utf8')));
  }
  return { libvirt, namespaces, schemas };
}

function readGrammar(grammar: XMLElement, context: Parameters<typeof writePattern>[1]): Schema {
  const include: string[] = [];
  const define: Record<string, string> = {};
  const choice: Record<string, string> = {};
  let start: string | undefined;
  for (const part of relaxChildren(grammar)) {
    const name = part.attributes['name'] ?? '';
    const pattern = (): string => writePattern({ ...part, name: 'group' }, context);
    if (part.name === 'include') {
      if (relaxChildren(part).length > 0) throw new Error('an include with overrides is not known');
      include.push((part.attributes['href'] ?? '').replace(/\.rng$/, ''));
    } else if (part.name === 'start') start = pattern();
    else if (part.name !== 'define') throw new Error(`unknown part of a grammar: <${part.name}>`);
    else {
      const { combine } = part.attributes;
      const target = combine === undefined ? define : choice;
      if (combine !== undefined && combine !== 'choice') throw new Error(`combine="${combine}" is not known`);
      if (target[name] !== undefined) throw new Error(`${name} is defined twice`);
      target[name] = pattern();
    }
  }
  return { include, ...(start === undefined ? {} : { start }), define, choice };
}

/** `http://libvirt.org/schemas/domain/qemu/1.0` → `qemu`. */
function prefixOf(uri: string): string {
  const name = /\/([a-z]+)\/[\d.]+$/.exec(uri)?.[1];
  if (name === undefined) throw new Error(`no prefix for the namespace ${uri}`);
  return name;
}

if (import.meta.main) {
  const [directory, version, output] = process.argv.slice(2);
  if (directory === undefined || version === undefined || output === undefined) {
    throw new Error('usage: extract-schemas.ts DIRECTORY VERSION OUTPUT.json');
  }
  writeFileSync(output, formatSchemas(extractSchemas(directory, version)));
}
