/**
 * The flag word for an option object: the bits of the options that are true.
 *
 * @param options - The object that a caller gave.
 * @param bits - The bit of each option.
 */
export function flagWord<Name extends string>(
  options: Readonly<Partial<Record<NoInfer<Name>, unknown>>> | undefined,
  bits: Readonly<Record<Name, number>>,
): number {
  if (options === undefined) return 0;
  let word = 0;
  for (const name in bits) if (options[name] === true) word |= bits[name];
  return word >>> 0;
}
