import type { CallOptions } from '@novacron/core';
import type { StorageVolume } from 'node-libvirt';
import { isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { isOutcomeUnknown } from '../outcome-unknown.ts';
import { findVolume } from './find-volume.ts';
import { ownSecretOf, removeSecret } from './volume-secret.ts';

/**
 * Deletes a volume, and with it the secret that was made with it. The secret goes also when the answer to the deletion is
 * lost, but never from a volume that is still there.
 *
 * @throws {LibvirtError} when the volume can't be deleted.
 */
export async function deleteVolume(host: LibvirtHost, volume: StorageVolume, call: CallOptions): Promise<void> {
  const secret = await ownSecretOf(host, volume.key, call);
  try {
    await volume.delete(call);
  } catch (error) {
    if (secret !== undefined && isOutcomeUnknown(error) && !(await host.again(() => isThere(host, volume))))
      await host.again(() => removeSecret(host, secret.uuid));
    throw error;
  }
  if (secret !== undefined) await host.again(() => removeSecret(host, secret.uuid));
}

/**
 * Whether a volume is there.
 *
 * @throws {LibvirtError} when the host can't be asked.
 */
export async function isThere(host: LibvirtHost, volume: StorageVolume): Promise<boolean> {
  try {
    await findVolume(host, volume, {});
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
