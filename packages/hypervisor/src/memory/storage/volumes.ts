import { assertKeptSecret } from '../../assert-kept-secret.ts';
import { HypervisorError } from '../../error.ts';
import type { VolumeReference } from '../../spec/definition/disk-spec.ts';
import type { UploadSource } from '../../spec/definition/upload-source.ts';
import type { TransferOptions, Volume, VolumeOperations, VolumeSpec } from '../../spec/operations/volumes.ts';
import { assertVolumeSize, volumeProblems } from '../../validate/check-volume.ts';
import { assertNoProblems } from '../../validate/validate-spec.ts';
import type { MemoryHost } from '../memory-host.ts';
import { activePool, findVolume } from './find-pool.ts';
import { allocationOf, assertRoom, pathOf, type MemoryVolume } from './memory-pool.ts';

/** Simulated volumes: what is uploaded can be downloaded again. */
export function memoryVolumes(host: MemoryHost): VolumeOperations {
  const onVolume = <T>(
    reference: VolumeReference,
    options: TransferOptions | undefined,
    task: (volume: MemoryVolume, signal: AbortSignal) => Promise<T> | T,
  ): Promise<T> =>
    host.call(options, async (signal) => {
      const volume = findVolume(host, reference);
      await host.disturb('volume', volume.name, signal);
      return task(volume, signal);
    });
  const read = ({ pool, name }: VolumeReference): Volume => mapVolume(host, pool, findVolume(host, { pool, name }));
  return {
    create: (spec, options) =>
      host.call(options, async (signal) => {
        assertNoProblems(volumeProblems(spec), 'The volume');
        await host.disturb('volume', spec.name, signal);
        return mapVolume(host, spec.pool, addVolume(host, spec));
      }),
    get: (reference, options) => host.call(options, async () => read(reference)),
    list: (pool, options) =>
      host.call(options, async () =>
        Array.from(activePool(host, pool).volumes.values(), (volume) => mapVolume(host, pool, volume)).toSorted(
          (a, b) => (a.name < b.name ? -1 : 1),
        ),
      ),
    resize: (reference, sizeBytes, options) =>
      onVolume(reference, options, (volume) => {
        assertVolumeSize(sizeBytes);
        if (sizeBytes < volume.sizeBytes && !options?.shrink) {
          throw new HypervisorError({
            kind: 'invalid',
            message: `Volume ${volume.name} has ${volume.sizeBytes} bytes; ${sizeBytes} would cut off its end: pass shrink to allow that`,
            details: { volume: volume.name, sizeBytes, before: volume.sizeBytes },
          });
        }
        volume.sizeBytes = sizeBytes;
        volume.content = volume.content.subarray(0, sizeBytes);
        return read(reference);
      }),
    upload: (reference, source, options) =>
      onVolume(reference, options, async (volume, signal) => {
        await fill(host, reference.pool, volume, source, { ...options, signal });
        return read(reference);
      }),
    download: (reference, options = {}) => download(host, reference, options),
    wipe: (reference, options) =>
      onVolume(reference, options, (volume) => {
        volume.content = new Uint8Array(volume.content.length);
      }),
    delete: (reference, options) =>
      onVolume(reference, options, (volume) => void activePool(host, reference.pool).volumes.delete(volume.name)),
  };
}

/**
 * Adds a volume.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_ALREADY_EXISTS when its name is taken; NOVA_HYPERVISOR_CONFLICT when it would hold
 * what is encrypted elsewhere.
 */
export function addVolume(host: MemoryHost, spec: VolumeSpec): MemoryVolume {
  const { name, format = 'qcow2', allocate = false, image, backing } = spec;
  const pool = activePool(host, spec.pool);
  if (pool.volumes.has(name)) {
    throw new HypervisorError({
      kind: 'already-exists',
      message: `Pool ${JSON.stringify(spec.pool)} has a volume ${JSON.stringify(name)}`,
      details: { pool: spec.pool, volume: name },
    });
  }
  const original = image && findVolume(host, image);
  const below = backing && findVolume(host, backing);
  assertKeptSecret(spec, {
    image: image && mapVolume(host, image.pool, findVolume(host, image)),
    backing: backing && mapVolume(host, backing.pool, findVolume(host, backing)),
  });
  const sizeBytes = Math.max(spec.sizeBytes ?? 0, original?.sizeBytes ?? 0, below?.sizeBytes ?? 0);
  const content = original === undefined ? new Uint8Array() : original.content.slice();
  assertRoom(pool, allocate ? sizeBytes : content.length);
  const volume: MemoryVolume = {
    name,
    format,
    sizeBytes,
    content,
    allocated: allocate,
    backing: backing && pathOf(activePool(host, backing.pool), backing.name),
    secret: spec.encryption && host.newId(),
  };
  pool.volumes.set(name, volume);
  return volume;
}

/**
 * Writes bytes into a volume from its beginning.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_CAPACITY when they are more than it, or its pool, can hold;
 * NOVA_HYPERVISOR_UNSUPPORTED when a file is named: there are none in memory.
 */
export async function fill(
  host: MemoryHost,
  poolName: string,
  volume: MemoryVolume,
  source: UploadSource,
  { onProgress, signal }: TransferOptions,
): Promise<void> {
  if (typeof source === 'string') {
    throw new HypervisorError({
      kind: 'unsupported',
      message: 'The memory driver reads no files; hand it the bytes',
      details: { source },
    });
  }
  const pool = activePool(host, poolName);
  const pieces: Uint8Array[] = [];
  let movedBytes = 0;
  for await (const piece of source) {
    signal?.throwIfAborted();
    pieces.push(piece.slice());
    movedBytes += piece.length;
    if (movedBytes > volume.sizeBytes) {
      throw new HypervisorError({
        kind: 'capacity',
        message: `Volume ${volume.name} has ${volume.sizeBytes} bytes; more were sent`,
        details: { volume: volume.name, sizeBytes: volume.sizeBytes },
      });
    }
    if (!volume.allocated) assertRoom(pool, movedBytes - volume.content.length);
    onProgress?.({ movedBytes });
  }
  const content = new Uint8Array(Math.max(movedBytes, volume.content.length));
  content.set(volume.content);
  let at = 0;
  for (const piece of pieces) {
    content.set(piece, at);
    at += piece.length;
  }
  volume.content = content;
}

async function* download(
  host: MemoryHost,
  reference: VolumeReference,
  options: TransferOptions,
): AsyncGenerator<Uint8Array> {
  const { content, sizeBytes } = await host.call(options, async (signal) => {
    await host.disturb('volume', reference.name, signal);
    return { ...findVolume(host, reference) };
  });
  const most = 1024 ** 2;
  for (let at = 0; at < sizeBytes; at += most) {
    options.signal?.throwIfAborted();
    const piece = new Uint8Array(Math.min(most, sizeBytes - at));
    piece.set(content.subarray(at, at + piece.length));
    yield piece;
    options.onProgress?.({ movedBytes: at + piece.length });
  }
}

/** The volume in the common model. */
export function mapVolume(host: MemoryHost, poolName: string, volume: MemoryVolume): Volume {
  const { name, format, sizeBytes, backing, secret } = volume;
  return {
    pool: poolName,
    name,
    path: pathOf(activePool(host, poolName), name),
    format,
    sizeBytes,
    allocationBytes: allocationOf(volume),
    ...(backing === undefined ? {} : { backingPath: backing }),
    ...(secret === undefined ? {} : { encryption: { secret } }),
  };
}
