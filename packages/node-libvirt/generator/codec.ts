import type { Description, TypeDefinition } from './description.ts';
import { type Declaration, parseDeclaration } from './declaration.ts';
import { camelCase, typeName } from './naming.ts';
import { safeIntegers } from './safe-integers.ts';

/** How one field is written in TypeScript: its type and the expressions that encode and decode it. */
export interface Codec {
  /** The TypeScript type. */
  readonly type: string;
  /** A statement that writes `value`. */
  readonly encode: (value: string) => string;
  /** An expression that reads the value. */
  readonly decode: string;
  /** What stands for the type in a type position of its own, when it is one of ours. */
  readonly reference?: string | undefined;
}

const scalars: Readonly<Record<string, readonly [type: string, method: string]>> = {
  int: ['number', 'int'],
  unsigned: ['number', 'uint'],
  'unsigned int': ['number', 'uint'],
  char: ['number', 'int'],
  'unsigned char': ['number', 'uint'],
  short: ['number', 'int'],
  'unsigned short': ['number', 'uint'],
  double: ['number', 'double'],
};

/** Finds the codec of each declaration of a description. */
export class Codecs {
  private readonly known: Map<string, number>;
  private readonly definitions = new Map<string, TypeDefinition>();
  private readonly typedefs = new Map<string, Declaration>();

  constructor(description: Description) {
    this.known = knownConstants(description);
    for (const { types } of description.programs) {
      for (const definition of types) {
        if ('typedef' in definition) {
          const declaration = parseDeclaration(definition.typedef, this.known);
          this.typedefs.set(declaration.name, declaration);
        } else if ('struct' in definition) this.definitions.set(definition.struct, definition);
        else if ('union' in definition) this.definitions.set(definition.union, definition);
        else this.definitions.set(definition.enum, definition);
      }
    }
  }

  /** The value of a constant, such as a union's case label. */
  constant(name: string): number {
    const value = this.known.get(name);
    if (value === undefined) throw new Error(`unknown constant ${name}`);
    return value;
  }

  /** Parses a field as it stands in the description. */
  declaration(text: string): Declaration {
    return parseDeclaration(text, this.known);
  }

  /** The codec of a field; the owner decides in the few cases where the protocol's type does not tell the meaning. */
  field(declaration: Declaration, owner: string): Codec {
    const { type, name, shape, limit } = declaration;
    if (type === 'opaque')
      return shape === 'fixed' ? calls('Uint8Array', 'fixedBytes', limit) : calls('Uint8Array', 'bytes', limit);
    if (type === 'string') return calls('string', 'string', limit);
    if (type === 'char' && shape === 'fixed') return calls('string', 'fixedChars', limit);
    if (type === 'char' && shape === 'list') {
      return owner.includes('sasl') ? calls('Uint8Array', 'charBytes', limit) : calls('string', 'chars', limit);
    }
    return wrap(this.base(type, name), shape, limit);
  }

  private base(type: string, field: string): Codec {
    const scalar = scalars[type];
    if (scalar !== undefined) return calls(scalar[0], scalar[1]);
    if (type === 'hyper' || type === 'unsigned hyper') {
      const method = type === 'hyper' ? 'hyper' : 'uhyper';
      return safeIntegers.has(field) ? calls('number', `${method}Number`) : calls('bigint', method);
    }
    if (/UUID$|_uuid$/.test(type)) return calls('string', 'uuid');
    const typedef = this.typedefs.get(type);
    if (typedef !== undefined) return this.field({ ...typedef, name: field }, type);
    const definition = this.definitions.get(type);
    if (definition === undefined) throw new Error(`unknown type ${type}`);
    if ('enum' in definition) return calls('number', 'int');
    const reference = typeName(type);
    return {
      type: reference,
      encode: (value) => `encode${reference}(writer, ${value});`,
      decode: `decode${reference}(reader)`,
      reference,
    };
  }
}

/** Every constant of the headers and protocol files, by name. */
export function knownConstants(description: Description): Map<string, number> {
  const known = new Map<string, number>();
  for (const header of description.headers) {
    for (const { members } of header.enums) for (const [name, value] of Object.entries(members)) known.set(name, value);
    for (const [name, value] of Object.entries(header.defines)) if (typeof value === 'number') known.set(name, value);
  }
  for (const { constants } of description.programs)
    for (const [name, value] of Object.entries(constants)) known.set(name, value);
  return known;
}

/** The property name of a field. */
export function propertyName(declaration: Declaration): string {
  return camelCase(declaration.name);
}

function calls(type: string, method: string, limit?: number): Codec {
  return {
    type,
    encode: (value) => `writer.${method}(${value}${limit === undefined ? '' : `, ${limit}`});`,
    decode: `reader.${method}(${limit === undefined ? '' : limit})`,
  };
}

function wrap(base: Codec, shape: Declaration['shape'], limit: number): Codec {
  if (shape === 'one') return base;
  if (shape === 'optional') {
    return {
      type: `${base.type} | undefined`,
      encode: (value) => `if (writer.present(${value})) ${base.encode(value)}`,
      decode: `reader.present() ? ${base.decode} : undefined`,
      reference: base.reference,
    };
  }
  if (shape === 'fixed') throw new Error('fixed arrays of other types than opaque and char do not occur');
  return {
    type: `readonly ${base.type}[]`,
    encode: (value) => `for (const item of writer.list(${value}, ${limit})) ${base.encode('item')}`,
    decode: `reader.list(${limit}, ${base.reference === undefined ? `() => ${base.decode}` : `decode${base.reference}`})`,
    reference: base.reference,
  };
}
