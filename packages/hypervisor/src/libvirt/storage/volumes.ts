import type { CallOptions } from '@novacron/core';
import type { StorageVolume } from 'node-libvirt';
import { capacityBytes, formatStorageVolumeXML, parseStorageVolumeXML } from 'node-libvirt/xml';
import { HypervisorError, unsupportedError } from '../../error.ts';
import type { VolumeReference } from '../../spec/definition/disk-spec.ts';
import type { TransferOptions, Volume, VolumeOperations, VolumeSpec } from '../../spec/operations/volumes.ts';
import { volumeProblems } from '../../validate/check-volume.ts';
import { assertNoProblems } from '../../validate/validate-spec.ts';
import { isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { mapError } from '../map-error.ts';
import { isOutcomeUnknown, takeBack, volumeUndo, withLeftBehind } from '../take-back.ts';
import { findVolume } from './find-volume.ts';
import { findPool } from './find-pool.ts';

/** Volumes on libvirt. */
export function libvirtVolumes(host: LibvirtHost): VolumeOperations {
  const onVolume = <T>(
    reference: VolumeReference,
    options: CallOptions | undefined,
    task: (volume: StorageVolume, call: CallOptions) => Promise<T>,
  ): Promise<T> => host.call(options, undefined, async (call) => task(await findVolume(host, reference, call), call));
  const assertTransfer = (): void => {
    if (host.context.domainType === 'test') throw unsupportedError('libvirt test', 'volumeTransfer');
  };

  return {
    create: (spec, options) =>
      host.call(options, undefined, async (call) => {
        const volume = await createOwnVolume(host, spec, call);
        return host.again(() => readVolume(volume, call));
      }),
    get: (reference, options) => onVolume(reference, options, readVolume),
    list: (pool, options) =>
      host.call(options, undefined, async (call) => {
        const volumes = await (await findPool(host, pool, call)).listAllVolumes(call);
        const read = await Promise.all(
          volumes.map((volume) =>
            readVolume(volume, call).catch((error: unknown) => {
              if (isNotFound(error)) return undefined; // gone while it was read
              throw error;
            }),
          ),
        );
        return read.filter((volume) => volume !== undefined).toSorted((a, b) => (a.name < b.name ? -1 : 1));
      }),
    resize: (reference, sizeBytes, options) =>
      onVolume(reference, options, async (volume, call) => {
        assertTransfer();
        const { capacityBytes: before } = await volume.getInfo(call);
        if (sizeBytes < before && !options?.shrink) throw shrinks(reference, sizeBytes, before);
        await volume.resize(sizeBytes, { ...call, shrink: sizeBytes < before });
        return readVolume(volume, call);
      }),
    upload: (reference, source, options) =>
      onVolume(reference, options, async (volume, call) => {
        assertTransfer();
        await volume.uploadFrom(source, { ...call, sparse: options?.sparse, onProgress: options?.onProgress });
        return readVolume(volume, call);
      }),
    download: (reference, options) => download(host, reference, options ?? {}, assertTransfer),
    wipe: (reference, options) =>
      onVolume(reference, options, (volume, call) => {
        assertTransfer();
        return volume.wipe(call);
      }),
    delete: (reference, options) => onVolume(reference, options, (volume, call) => volume.delete(call)),
  };
}

async function* download(
  host: LibvirtHost,
  reference: VolumeReference,
  options: TransferOptions,
  assertTransfer: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = await host.call(options, undefined, async () => {
    assertTransfer();
    // The stream outlives the call that opens it; only the caller's own signal ends it.
    const call = { signal: options.signal };
    return (await findVolume(host, reference, call)).download({ ...call, sparse: options.sparse });
  });
  let movedBytes = 0;
  try {
    for await (const chunk of stream) {
      const pieces = chunk.type === 'data' ? [chunk.data] : zeros(chunk.lengthBytes);
      for (const piece of pieces) {
        yield piece;
        movedBytes += piece.length;
        options.onProgress?.({ movedBytes });
      }
    }
  } catch (error) {
    throw mapError(error);
  }
}

/** A hole as bytes, in pieces that no memory minds. */
function* zeros(lengthBytes: number): Generator<Uint8Array, void, undefined> {
  const most = 1024 ** 2;
  for (let left = lengthBytes; left > 0; left -= most) yield new Uint8Array(Math.min(left, most));
}

/**
 * Makes a volume. An image of the `qcow2` kind is of its newer version, without which snapshots of a running machine's
 * memory can't be resized and no checkpoint can be made.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when the specification is wrong.
 */
export async function createVolume(host: LibvirtHost, spec: VolumeSpec, call: CallOptions): Promise<StorageVolume> {
  assertNoProblems(volumeProblems(spec), 'The volume');
  const { name, format = 'qcow2', allocate, image, backing } = spec;
  const pool = await findPool(host, spec.pool, call);
  const original = image && (await findVolume(host, image, call));
  const below = backing && (await readVolume(await findVolume(host, backing, call), call));
  const sizeBytes = Math.max(
    spec.sizeBytes ?? 0,
    below?.sizeBytes ?? 0,
    (await original?.getInfo(call))?.capacityBytes ?? 0,
  );
  const xml = formatStorageVolumeXML({
    name,
    capacity: { unit: 'bytes', value: sizeBytes },
    allocation: { unit: 'bytes', value: allocate ? sizeBytes : 0 },
    target: { format: { type: format }, ...(format === 'qcow2' ? { compat: '1.1' } : {}) },
    backingStore: below && { path: below.path, format: { type: below.format as 'qcow2' } },
  });
  if (original === undefined) return pool.createVolumeXML(xml, call);
  const volume = await pool.createVolumeXMLFrom(xml, original, call);
  // A copy has the size of its original, whatever was asked for.
  if (host.context.domainType !== 'test' && (await volume.getInfo(call)).capacityBytes < sizeBytes) {
    await volume.resize(sizeBytes, call).catch(async (error: unknown) => {
      await volume.delete().catch(() => {});
      throw error;
    });
  }
  return volume;
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
  // What was there before is not ours to take away again.
  const taken = await findVolume(host, { pool, name }, call).then(
    () => true,
    () => false,
  );
  try {
    return await createVolume(host, spec, call);
  } catch (error) {
    if (taken || !isOutcomeUnknown(error)) throw error;
    const { left } = await takeBack(host, [volumeUndo(host, { pool, name })], error);
    throw withLeftBehind(error, left);
  }
}

/** The volume in the common model. */
export async function readVolume(volume: StorageVolume, call: CallOptions): Promise<Volume> {
  const [xml, info] = await Promise.all([volume.getXMLDesc(call), volume.getInfo(call)]);
  const { target, backingStore, capacity } = parseStorageVolumeXML(xml);
  return {
    pool: volume.pool,
    name: volume.name,
    path: target.path ?? volume.key,
    format: target.format?.type ?? 'raw',
    sizeBytes: capacity === undefined ? info.capacityBytes : capacityBytes(capacity),
    allocationBytes: info.allocationBytes,
    ...(backingStore?.path === undefined || backingStore.path === '' ? {} : { backingPath: backingStore.path }),
  };
}

function shrinks({ pool, name }: VolumeReference, sizeBytes: number, before: number): HypervisorError {
  return new HypervisorError({
    kind: 'invalid',
    message: `Volume ${pool}/${name} has ${before} bytes; ${sizeBytes} would cut off its end: pass shrink to allow that`,
    details: { pool, volume: name, sizeBytes, before },
  });
}
