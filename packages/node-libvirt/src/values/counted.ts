/** A counter as a number; -1 is libvirt's way to say that it does not know. */
export function counted(value: bigint): number | undefined {
  return value < 0n ? undefined : Number(value);
}
