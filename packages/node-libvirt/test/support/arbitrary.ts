import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { knownConstants } from '../../generator/codec.ts';
import { type Declaration, parseDeclaration } from '../../generator/declaration.ts';
import type { Description, TypeDefinition } from '../../generator/description.ts';
import { camelCase } from '../../generator/naming.ts';
import { safeIntegers } from '../../generator/safe-integers.ts';

/** The committed description of libvirt's interface. */
export const description = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../generator/libvirt.json'), 'utf8'),
) as Description;

const known = knownConstants(description);
const definitions = new Map<string, TypeDefinition>();
const typedefs = new Map<string, Declaration>();
for (const program of description.programs) {
  for (const definition of program.types) {
    if ('typedef' in definition) {
      const declaration = parseDeclaration(definition.typedef, known);
      typedefs.set(declaration.name, declaration);
    } else if ('struct' in definition) definitions.set(definition.struct, definition);
    else if ('union' in definition) definitions.set(definition.union, definition);
    else definitions.set(definition.enum, definition);
  }
}

/** The names of all structs. */
export const structs: readonly string[] = [...definitions.values()].flatMap((d) => ('struct' in d ? [d.struct] : []));

const int = fc.integer();
const uint = fc.nat(0xffff_ffff);
const text = (limit: number): fc.Arbitrary<string> =>
  fc.string({ unit: 'grapheme', maxLength: Math.min(12, limit) }).map((s) => cut(s.replaceAll('\0', ''), limit));
const bytes = (limit: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength: Math.min(16, limit) });

/** Values of a type of the protocol, made from the description alone: nothing of the generated code is in them. */
export function valuesOf(struct: string): fc.Arbitrary<unknown> {
  const definition = definitions.get(struct);
  if (definition === undefined) throw new Error(`unknown type ${struct}`);
  if ('enum' in definition) return int;
  if ('union' in definition) {
    const arms = Object.entries(definition.cases).map(([label, field]) =>
      fc.record({ type: fc.constant(known.get(label)), value: fieldValues(parseDeclaration(field, known), struct) }),
    );
    return fc.oneof(...arms);
  }
  if ('struct' in definition) {
    const fields = definition.fields.map((line) => parseDeclaration(line, known));
    return fc.record(
      Object.fromEntries(fields.map((declaration) => [camelCase(declaration.name), fieldValues(declaration, struct)])),
    );
  }
  throw new Error(`${struct} is no type with values`);
}

function fieldValues(declaration: Declaration, owner: string): fc.Arbitrary<unknown> {
  const { type, shape, limit } = declaration;
  if (type === 'opaque')
    return shape === 'fixed' ? fc.uint8Array({ minLength: limit, maxLength: limit }) : bytes(limit);
  if (type === 'string') return text(limit);
  if (type === 'char' && shape === 'fixed') return text(limit);
  if (type === 'char' && shape === 'list') return owner.includes('sasl') ? bytes(limit) : text(limit);
  const base = scalar(declaration);
  if (shape === 'optional') return fc.option(base, { nil: undefined });
  return shape === 'list' ? fc.array(base, { maxLength: Math.min(4, limit) }) : base;
}

function scalar({ type, name }: Declaration): fc.Arbitrary<unknown> {
  if (/^(?:int|char|short)$/.test(type)) return int;
  if (/^unsigned(?: int| char| short)?$/.test(type)) return uint;
  if (type === 'double') return fc.double();
  if (type === 'hyper') return safeIntegers.has(name) ? fc.maxSafeInteger() : fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
  if (type === 'unsigned hyper') return safeIntegers.has(name) ? fc.maxSafeNat() : fc.bigInt(0n, 2n ** 64n - 1n);
  if (/UUID$|_uuid$/.test(type)) return fc.uuid();
  const typedef = typedefs.get(type);
  return typedef === undefined ? valuesOf(type) : fieldValues({ ...typedef, name }, type);
}

function cut(value: string, limit: number): string {
  let result = value;
  while (Buffer.byteLength(result) > limit) result = Array.from(result).slice(0, -1).join('');
  return result;
}
