import { randomUUID } from 'node:crypto';
import type { CallOptions } from '@novacron/core';
import type { StoragePool, StorageVolume } from 'node-libvirt';
import { formatStorageVolumeXML } from 'node-libvirt/xml';
import { assertKeptSecret } from '../../assert-kept-secret.ts';
import { HypervisorError } from '../../error.ts';
import type { Volume, VolumeSpec } from '../../spec/operations/volumes.ts';
import { volumeProblems } from '../../validate/check-volume.ts';
import { assertNoProblems } from '../../validate/validate-spec.ts';
import type { LibvirtHost } from '../libvirt-host.ts';
import { isOutcomeUnknown } from '../outcome-unknown.ts';
import { takeBack, volumeUndo, withLeftBehind } from '../take-back.ts';
import { findPool } from './find-pool.ts';
import { findVolume } from './find-volume.ts';
import { readVolume } from './read-volume.ts';
import { defineVolumeSecret, removeSecret, type NewSecret } from './volume-secret.ts';

/**
 * Makes a volume. An image of the `qcow2` kind is of its newer version, without which snapshots of a running machine's
 * memory can't be resized and no checkpoint can be made.
 *
 * @param secret - The UUID of the secret that is made for it when it is encrypted.
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when the specification is wrong.
 */
export async function createVolume(
  host: LibvirtHost,
  spec: VolumeSpec,
  call: CallOptions,
  secret: string = randomUUID(),
): Promise<StorageVolume> {
  assertNoProblems(volumeProblems(spec), 'The volume');
  const pool = await findPool(host, spec.pool, call);
  const image = spec.image && (await findVolume(host, spec.image, call));
  const backing = spec.backing && (await readVolume(await findVolume(host, spec.backing, call), call));
  assertKeptSecret(spec, { image: image && (await readVolume(image, call)), backing });
  const make = (): Promise<StorageVolume> => fillVolume(host, pool, { spec, image, backing, secret }, call);
  if (spec.encryption === undefined) return make();
  return withNewSecret(host, pool, spec.name, { uuid: secret, passphrase: spec.encryption.passphrase }, call, make);
}

/** Makes a secret and then what it is for; without that, it is taken back, unless it is not known whether that is there. */
async function withNewSecret(
  host: LibvirtHost,
  pool: StoragePool,
  name: string,
  secret: NewSecret,
  call: CallOptions,
  make: () => Promise<StorageVolume>,
): Promise<StorageVolume> {
  try {
    await defineVolumeSecret(host, pool, name, secret, call);
    return await make();
  } catch (error) {
    if (isOutcomeUnknown(error)) throw error;
    const undo = { what: `secret ${secret.uuid}`, remove: () => removeSecret(host, secret.uuid) };
    const { left } = await takeBack(host, [undo], error);
    throw withLeftBehind(error, left);
  }
}

interface VolumeOrigin {
  readonly spec: VolumeSpec;
  readonly image: StorageVolume | undefined;
  readonly backing: Volume | undefined;
  readonly secret: string;
}

async function fillVolume(
  host: LibvirtHost,
  pool: StoragePool,
  { spec, image, backing, secret }: VolumeOrigin,
  call: CallOptions,
): Promise<StorageVolume> {
  const { name, format = 'qcow2', allocate, encryption } = spec;
  const sizeBytes = Math.max(
    spec.sizeBytes ?? 0,
    backing?.sizeBytes ?? 0,
    (await image?.getInfo(call))?.capacityBytes ?? 0,
  );
  const xml = formatStorageVolumeXML({
    name,
    capacity: { unit: 'bytes', value: sizeBytes },
    allocation: { unit: 'bytes', value: allocate ? sizeBytes : 0 },
    target: {
      format: { type: format },
      ...(format === 'qcow2' ? { compat: '1.1' } : {}),
      ...(encryption && { encryption: { format: 'luks', secret: [{ type: 'passphrase', uuid: secret }] } }),
    },
    backingStore: backing && { path: backing.path, format: { type: backing.format as 'qcow2' } },
  });
  if (image === undefined) return pool.createVolumeXML(xml, call);
  const volume = await pool
    .createVolumeXMLFrom(xml, image, { ...call, reflink: spec.reflink })
    .catch((error: unknown) => {
      throw spec.reflink && /clone files|unsupported flags/.test((error as Error).message)
        ? noReflink(spec, error)
        : error;
    });
  // A copy has the size of its original, whatever was asked for.
  if (host.context.domainType !== 'test' && (await volume.getInfo(call)).capacityBytes < sizeBytes) {
    await volume.resize(sizeBytes, call).catch(async (error: unknown) => {
      await volume.delete().catch(() => {});
      throw error;
    });
  }
  return volume;
}

function noReflink({ pool, name }: VolumeSpec, cause: unknown): HypervisorError {
  return new HypervisorError({
    kind: 'unsupported',
    message: `The file system of pool ${JSON.stringify(pool)} can't share blocks; leave reflink out for a copy of its own`,
    details: { pool, volume: name },
    cause,
  });
}

/**
 * Makes a volume, and takes it back when the answer to that was lost or nobody waited for it.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when the specification is wrong; NOVA_HYPERVISOR_ALREADY_EXISTS when the
 * name is taken; `details.leftBehind` names it if it may be there nevertheless.
 */
export async function createOwnVolume(host: LibvirtHost, spec: VolumeSpec, call: CallOptions): Promise<StorageVolume> {
  assertNoProblems(volumeProblems(spec), 'The volume');
  const { pool, name } = spec;
  const secret = randomUUID();
  // What was there before is not ours to take away again.
  const taken = await findVolume(host, { pool, name }, call).then(
    () => true,
    () => false,
  );
  try {
    return await createVolume(host, spec, call, secret);
  } catch (error) {
    if (taken || !isOutcomeUnknown(error)) throw error;
    const { left } = await takeBack(host, [volumeUndo(host, { pool, name }, secret)], error);
    throw withLeftBehind(error, left);
  }
}
