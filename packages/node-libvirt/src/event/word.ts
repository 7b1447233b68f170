/** A word of a table, or `unknown` for a number newer than this package. */
export type Word<Names extends readonly string[]> = Names[number] | 'unknown';

/** The word for a number. */
export function word<Name extends string>(table: readonly Name[], value: number): Name | 'unknown' {
  return table[value] ?? 'unknown';
}
