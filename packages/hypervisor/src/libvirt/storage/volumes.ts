import type { CallOptions } from '@novacron/core';
import type { StorageVolume } from 'node-libvirt';
import { HypervisorError, unsupportedError } from '../../error.ts';
import type { VolumeReference } from '../../spec/definition/disk-spec.ts';
import type { TransferOptions, VolumeOperations } from '../../spec/operations/volumes.ts';
import { assertVolumeSize } from '../../validate/check-volume.ts';
import { isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { mapError } from '../map-error.ts';
import { createOwnVolume } from './create-volume.ts';
import { deleteVolume } from './delete-volume.ts';
import { findVolume } from './find-volume.ts';
import { findPool } from './find-pool.ts';
import { readVolume } from './read-volume.ts';

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
        assertVolumeSize(sizeBytes);
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
    delete: (reference, options) => onVolume(reference, options, (volume, call) => deleteVolume(host, volume, call)),
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

function shrinks({ pool, name }: VolumeReference, sizeBytes: number, before: number): HypervisorError {
  return new HypervisorError({
    kind: 'invalid',
    message: `Volume ${pool}/${name} has ${before} bytes; ${sizeBytes} would cut off its end: pass shrink to allow that`,
    details: { pool, volume: name, sizeBytes, before },
  });
}
