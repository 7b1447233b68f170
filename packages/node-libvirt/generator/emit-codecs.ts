import { type Codecs, propertyName } from './codec.ts';
import type { Program, TypeDefinition } from './description.ts';
import { isDefaulted } from './emit-types.ts';
import { decodingSide, encodingSide, type Side, typeName } from './naming.ts';

/**
 * The `encodeX` and `decodeX` functions of a program's structs and unions that one side needs. What only a daemon needs,
 * reading arguments and writing answers, stands apart: a client need not load it.
 */
export function emitCodecs(program: Program, codecs: Codecs, side: Side): string[] {
  return program.types.flatMap((definition) => {
    if ('struct' in definition) {
      const { encode, decode } = emitStruct(definition.struct, definition.fields, codecs);
      return [
        ...(encodingSide(definition.struct) === side ? [encode] : []),
        ...(decodingSide(definition.struct) === side ? [decode] : []),
      ];
    }
    return 'union' in definition && side === 'client' ? [emitUnion(definition, codecs)] : [];
  });
}

function emitStruct(
  struct: string,
  fields: readonly string[],
  codecs: Codecs,
): { readonly encode: string; readonly decode: string } {
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
  return {
    encode: [
      `/** Writes a {@link ${name}}. */`,
      `export function encode${name}(writer: XdrWriter, value: ${name}): void {`,
      ...encode,
      '}',
    ].join('\n'),
    decode: [
      `/** Reads a {@link ${name}}. */`,
      `export function decode${name}(reader: XdrReader): ${name} {`,
      '  return {',
      ...decode,
      '  };',
      '}',
    ].join('\n'),
  };
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
