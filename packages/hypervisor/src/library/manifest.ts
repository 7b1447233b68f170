import { HypervisorError } from '../error.ts';
import type { Hypervisor } from '../spec/hypervisor.ts';
import type { VolumeReference } from '../spec/definition/disk-spec.ts';
import type { VolumeOperations } from '../spec/operations/volumes.ts';
import { madeVolume, takenBack } from './take-back.ts';

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
    throw await takenBack(error, [madeVolume(volumes, reference)]);
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

/**
 * The objects in a pool's volumes whose name ends so. One that is just being deleted or written is left out, and so is what
 * holds no JSON.
 *
 * @throws {NovaError} what reading them throws otherwise: a list with gaps would let things be deleted that are in use.
 */
export async function readManifests<T>(
  volumes: VolumeOperations,
  pool: string,
  suffix: string,
  signal?: AbortSignal,
): Promise<readonly T[]> {
  const names = (await volumes.list(pool, { signal })).filter(({ name }) => name.endsWith(suffix));
  const read = await Promise.all(
    names.map(({ name }) =>
      readManifest<T>(volumes, { pool, name }, signal).catch((error: unknown) => {
        const { kind } = error as { readonly kind?: unknown };
        if (kind === 'not-found' || kind === 'invalid') return undefined;
        throw error;
      }),
    ),
  );
  return read.filter((each) => each !== undefined);
}

/** Deletes a volume that may be gone already. */
export async function deleteIfThere(
  volumes: VolumeOperations,
  reference: VolumeReference,
  signal: AbortSignal,
): Promise<void> {
  await volumes.delete(reference, { signal }).catch((error: unknown) => {
    if ((error as { readonly kind?: unknown }).kind !== 'not-found') throw error;
  });
}
