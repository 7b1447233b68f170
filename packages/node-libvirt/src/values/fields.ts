import { typedRecord, type TypedValue } from '../domain/typed-parameters.ts';
import { clientError } from '../error/libvirt-error.ts';
import type { TypedParam, TypedParamValue } from '../protocol/remote-types.gen.ts';
import { numberOf, wordOf, type Words } from './words.ts';

/** How one member of an object stands among libvirt's typed parameters. */
export interface Field<Value> {
  /** The parameter's name. */
  readonly name: string;
  /** What the parameter's value means. */
  readonly read: (value: TypedValue) => Value;
  /** The parameter for a value. @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID when it has none. */
  readonly write: (value: Value) => TypedParamValue;
}

/** What an object may hold beside its own members: parameters by libvirt's own names. */
export interface WithParameters {
  /** Everything that the daemon sent, under libvirt's names; what this package has no name for stands only here. */
  readonly parameters: Readonly<Record<string, TypedValue>>;
}

/** A field for each member of an object. */
export type Fields<Values> = {
  readonly [Name in Exclude<keyof Values, 'parameters'>]-?: Field<Exclude<Values[Name], undefined>>;
};

/** What a field with a number counts. */
export interface NumberUnit {
  /** What one of libvirt's units is in ours: 1024 when it counts KiB and we bytes. @default 1 */
  readonly unit?: number | undefined;
  /** The number that means without limit: `Infinity` in ours. */
  readonly unlimited?: number | undefined;
}

type NumberType = 'int' | 'uint' | 'llong' | 'ullong' | 'double';

const ranges: Readonly<Record<NumberType, readonly [type: 1 | 2 | 3 | 4 | 5, least: number, most: number]>> = {
  int: [1, -(2 ** 31), 2 ** 31 - 1],
  uint: [2, 0, 2 ** 32 - 1],
  llong: [3, -(2 ** 63), 2 ** 63 - 1],
  ullong: [4, 0, 2 ** 64 - 1],
  double: [5, -Infinity, Infinity],
};

/** A number; one above 2^53 is rounded to the nearest that can be held. */
export function numberField(type: NumberType, name: string, { unit = 1, unlimited }: NumberUnit = {}): Field<number> {
  const [code, least, most] = ranges[type];
  return {
    name,
    read: (value) => (Number(value) === unlimited ? Infinity : Number(value) * unit),
    write: (value) => {
      if (typeof value !== 'number') throw invalid(name, type, value);
      const number = value === Infinity && unlimited !== undefined ? unlimited : value / unit;
      // Up to whole units, so that nobody gets less than was asked for; a ratio is near a whole number already.
      const whole = type === 'double' ? number : unit < 1 ? Math.round(number) : Math.ceil(number);
      if (!(whole >= least && whole <= most) || (unit === 1 && whole !== number)) throw invalid(name, type, value);
      return code === 3 || code === 4 ? { type: code, value: BigInt(whole) } : { type: code, value: whole };
    },
  };
}

/** A text. */
export function textField(name: string): Field<string> {
  return {
    name,
    read: String,
    write: (value) => {
      if (typeof value === 'string') return { type: 7, value };
      throw invalid(name, 'text', value);
    },
  };
}

/** Yes or no. */
export function booleanField(name: string): Field<boolean> {
  return {
    name,
    read: (value) => value === true || value === 1,
    write: (value) => ({ type: 6, value: value ? 1 : 0 }),
  };
}

/** A word that libvirt has a number for, as an `int`. */
export function wordField<Word extends string>(name: string, words: Words<Word>): Field<Word | 'unknown'> {
  return {
    name,
    read: (value) => wordOf(words, Number(value)),
    write: (value) => ({ type: 1, value: numberOf(words, value as Word, name) }),
  };
}

/** A field whose text holds something with a structure. */
export function parsedField<Value>(
  name: string,
  read: (text: string) => Value,
  write: (value: Value) => string,
): Field<Value> {
  return { name, read: (value) => read(String(value)), write: (value) => ({ type: 7, value: write(value) }) };
}

/** The object that typed parameters are; members without a parameter are absent. */
export function readFields<Values>(fields: Fields<Values>, params: readonly TypedParam[]): Values & WithParameters {
  const parameters = typedRecord(params);
  const values: Record<string, unknown> = {};
  for (const [member, field] of Object.entries(fields) as [string, Field<unknown>][]) {
    const value = parameters[field.name];
    if (value !== undefined) values[member] = field.read(value);
  }
  return { ...(values as Values), parameters };
}

/**
 * The typed parameters that an object is; members that are absent or `undefined` give none.
 *
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID when a value has the wrong type or is out of range.
 */
export function writeFields<Values extends object>(fields: Fields<Values>, values: Partial<Values>): TypedParam[] {
  const params: TypedParam[] = [];
  for (const [member, { name, write }] of Object.entries(fields) as [string, Field<unknown>][]) {
    const value = (values as Record<string, unknown>)[member];
    if (value !== undefined) params.push({ field: name, value: write(value) });
  }
  return params;
}

function invalid(name: string, type: string, value: unknown): Error {
  const given = typeof value === 'number' ? value : `a ${typeof value}`;
  const message = `the parameter ${name} takes a value of type ${type}, not ${given}`;
  return clientError('LIBVIRT_ARGUMENT_INVALID', 'invalid', message);
}
