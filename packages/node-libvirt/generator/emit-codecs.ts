import { type Codecs, propertyName } from './codec.ts';
import type { Program, TypeDefinition } from './description.ts';
import { isDefaulted } from './emit-types.ts';
import { typeName } from './naming.ts';

/** The `encodeX` and `decodeX` functions of a program's structs and unions. */
export function emitCodecs(program: Program, codecs: Codecs): string[] {
  return program.types.flatMap((definition) => {
    if ('struct' in definition) return [emitStruct(definition.struct, definition.fields, codecs)];
    if ('union' in definition) return [emitUnion(definition, codecs)];
    return [];
  });
}

function emitStruct(struct: string, fields: readonly string[], codecs: Codecs): string {
  const name = typeName(struct);
  const encode: string[] = [];
  const decode: string[] = [];
  for (const text of fields) {
    const declaration = codecs.declaration(text);
    const codec = codecs.field(declaration, struct);
    const property = propertyName(declaration);
    const value = `value.${property}`;
    encode.push(`  ${codec.encode(isDefaulted(struct, declaration.name) ? `${value} ?? 0` : value)}`);
    decode.push(`    ${property}: ${codec.decode},`);
  }
  return [
    `/** Writes a {@link ${name}}. */`,
    `export function encode${name}(writer: XdrWriter, value: ${name}): void {`,
    ...encode,
    '}',
    '',
    `/** Reads a {@link ${name}}. */`,
    `export function decode${name}(reader: XdrReader): ${name} {`,
    '  return {',
    ...decode,
    '  };',
    '}',
  ].join('\n');
}

function emitUnion(definition: Extract<TypeDefinition, { union: string }>, codecs: Codecs): string {
  const name = typeName(definition.union);
  const arms = Object.entries(definition.cases).map(([label, text]) => ({
    label: codecs.constant(label),
    codec: codecs.field(codecs.declaration(text), definition.union),
  }));
  return [
    `/** Writes a {@link ${name}}. */`,
    `export function encode${name}(writer: XdrWriter, value: ${name}): void {`,
    '  writer.int(value.type);',
    '  switch (value.type) {',
    ...arms.map(({ label, codec }) => `    case ${label}: return ${codec.encode('value.value')}`),
    `    default: return writer.unknownCase('${name}', (value as { type: number }).type);`,
    '  }',
    '}',
    '',
    `/** Reads a {@link ${name}}. */`,
    `export function decode${name}(reader: XdrReader): ${name} {`,
    '  const type = reader.int();',
    '  switch (type) {',
    ...arms.map(({ label, codec }) => `    case ${label}: return { type, value: ${codec.decode} };`),
    `    default: return reader.unknownCase('${name}', type);`,
    '  }',
    '}',
  ].join('\n');
}
