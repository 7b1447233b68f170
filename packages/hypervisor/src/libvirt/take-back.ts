import { leavingBehind } from '../left-behind.ts';
import type { VolumeReference } from '../spec/definition/disk-spec.ts';
import { isNotFound, type LibvirtHost } from './libvirt-host.ts';
import { mapError } from './map-error.ts';
import { isOutcomeUnknown } from './outcome-unknown.ts';
import { deleteVolume } from './storage/delete-volume.ts';
import { findPool } from './storage/find-pool.ts';
import { findVolume } from './storage/find-volume.ts';
import { removeSecret } from './storage/volume-secret.ts';

const retryMs = 200;
/** How often something is looked for that a call may still make whose outcome is not known. */
const looks = 4;

/** Something that was made, or that a call whose outcome is not known may have made. */
export interface Undo {
  /** What it is: `pool/name` of a volume. */
  readonly what: string;
  /**
   * Removes it once.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when it is not there.
   */
  readonly remove: (uncertain: boolean) => Promise<void>;
}

/** What became of things that were to be taken back. */
export interface TakenBack {
  readonly gone: readonly string[];
  /** What could not be taken back. */
  readonly left: readonly string[];
}

/**
 * Takes back what an operation has made, the last first. What is busy is tried again, and a daemon that is away is waited
 * for, all in all as long as the host's `recoveryTimeoutMs`.
 *
 * @param error - What the operation failed with: when its outcome is not known, what is not there yet is looked for again.
 */
export async function takeBack(host: LibvirtHost, undos: readonly Undo[], error: unknown): Promise<TakenBack> {
  const uncertain = isOutcomeUnknown(error);
  const endMs = host.clock.monotonic() + host.recoveryTimeoutMs;
  const gone: string[] = [];
  const left: string[] = [];
  for (const { what, remove } of undos.toReversed()) {
    let missed = 0;
    for (;;) {
      try {
        await remove(uncertain);
        gone.push(what);
        break;
      } catch (failure) {
        if (isNotFound(failure) && (!uncertain || ++missed >= looks)) break;
        if (isFinal(failure) || host.closedError() !== undefined || host.clock.monotonic() >= endMs) {
          left.push(what);
          break;
        }
      }
      await host.clock.sleep(retryMs);
    }
  }
  return { gone, left };
}

/**
 * How a volume is taken back: it is deleted, and its pool looks first for files that a dead daemon's child has made.
 *
 * @param secret - The UUID of the secret that was made for it, which goes also when the volume is not there.
 */
export function volumeUndo(host: LibvirtHost, reference: VolumeReference, secret?: string): Undo {
  return {
    what: `${reference.pool}/${reference.name}`,
    async remove(uncertain) {
      if (uncertain) await (await findPool(host, reference.pool, {})).refresh();
      try {
        await deleteVolume(host, await findVolume(host, reference, {}), {});
      } catch (error) {
        if (secret !== undefined && isNotFound(error)) await removeSecret(host, secret);
        throw error;
      }
    },
  };
}

/** The error of an operation, with what it could not take back: `details.leftBehind`. */
export function withLeftBehind(error: unknown, left: readonly string[]): unknown {
  return left.length === 0 ? error : leavingBehind(mapError(error), left);
}

/** Time does not mend it. */
function isFinal(error: unknown): boolean {
  const { kind } = error as { readonly kind?: unknown };
  return kind === 'permission' || kind === 'unsupported' || kind === 'invalid';
}
