import { HypervisorError } from '../error.ts';
import type { Hypervisor } from '../spec/hypervisor.ts';
import type { VolumeReference } from '../spec/definition/disk-spec.ts';
import type { VolumeOperations } from '../spec/operations/volumes.ts';

/**
 * The volumes of a hypervisor.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_UNSUPPORTED when it has none that bytes can be moved of.
 */
export function volumesOf({ volumes, capabilities, driver }: Hypervisor): VolumeOperations {
  if (volumes !== undefined && capabilities.volumeTransfer) return volumes;
  throw new HypervisorError({
    kind: 'unsupported',
    message: `The ${driver} driver moves no bytes of volumes: its capability volumeTransfer is false`,
    details: { driver, capability: 'volumeTransfer' },
  });
}

/**
 * Keeps an object as JSON in a volume of its own.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_ALREADY_EXISTS when there is such a volume.
 */
export async function writeManifest(
  volumes: VolumeOperations,
  reference: VolumeReference,
  value: unknown,
  signal?: AbortSignal,
): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(value, undefined, 2));
  await volumes.create({ ...reference, format: 'raw', sizeBytes: bytes.length }, { signal });
  try {
    await volumes.upload(reference, [bytes], { signal });
  } catch (error) {
    await volumes.delete(reference).catch(() => {}); // the caller hears of the failure
    throw error;
  }
}

/**
 * The object in a volume.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when it holds something else.
 */
export async function readManifest<T>(
  volumes: VolumeOperations,
  reference: VolumeReference,
  signal?: AbortSignal,
): Promise<T> {
  const pieces: Uint8Array[] = [];
  for await (const piece of volumes.download(reference, { signal })) pieces.push(piece);
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8').replaceAll('\0', '')) as T;
  } catch (error) {
    throw new HypervisorError({
      kind: 'invalid',
      message: `Volume ${reference.pool}/${reference.name} holds no JSON`,
      cause: error,
      details: { pool: reference.pool, volume: reference.name },
    });
  }
}

/** The objects in a pool's volumes whose name ends so; what can't be read is left out. */
export async function readManifests<T>(
  volumes: VolumeOperations,
  pool: string,
  suffix: string,
  signal?: AbortSignal,
): Promise<readonly T[]> {
  const names = (await volumes.list(pool, { signal })).filter(({ name }) => name.endsWith(suffix));
  const read = await Promise.all(
    names.map(({ name }) => readManifest<T>(volumes, { pool, name }, signal).catch(() => undefined)),
  );
  return read.filter((each) => each !== undefined);
}
