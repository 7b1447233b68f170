import { leavingBehind } from '../left-behind.ts';
import type { VolumeReference } from '../spec/definition/disk-spec.ts';
import type { VolumeOperations } from '../spec/operations/volumes.ts';

/** Something that an operation of the library has made. */
export interface Made {
  /** What it is, `pool/name` of a volume. */
  readonly what: string;
  /** Removes it. */
  readonly remove: () => Promise<unknown>;
}

/** How a volume is taken back. */
export function madeVolume(volumes: VolumeOperations, reference: VolumeReference): Made {
  return { what: `${reference.pool}/${reference.name}`, remove: () => volumes.delete(reference) };
}

/** The same for volumes by device. */
export function madeVolumes(volumes: VolumeOperations, made: Readonly<Record<string, VolumeReference>>): Made[] {
  return Object.values(made).map((reference) => madeVolume(volumes, reference));
}

/**
 * Takes back what an operation has made, in the order given, whether or not the operation was aborted.
 *
 * @param error - What the operation failed with.
 * @returns what to throw: that error, with `details.leftBehind` when something could not be removed.
 */
export async function takenBack(error: unknown, made: readonly Made[]): Promise<unknown> {
  const left: string[] = [];
  for (const { what, remove } of made) {
    try {
      await remove();
    } catch (failure) {
      if ((failure as { readonly kind?: unknown }).kind !== 'not-found') left.push(what);
    }
  }
  return leavingBehind(error, left);
}
