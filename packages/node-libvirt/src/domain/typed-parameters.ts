import type { TypedParam } from '../protocol/remote-types.gen.ts';

/** A value of libvirt's typed parameters; a 64-bit integer is a `bigint` only when it exceeds 2^53. */
export type TypedValue = string | number | bigint | boolean;

const booleanType = 6;

/** A list of typed parameters as a record by name. */
export function typedRecord(parameters: readonly TypedParam[]): Record<string, TypedValue> {
  const record: Record<string, TypedValue> = {};
  for (const { field, value } of parameters) record[field] = plain(value);
  return record;
}

function plain({ type, value }: TypedParam['value']): TypedValue {
  if (type === booleanType) return value !== 0;
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
