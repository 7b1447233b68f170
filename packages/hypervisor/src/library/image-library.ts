import { systemClock, withDeadline, type CallOptions } from '@novacron/core';
import { assertState } from '../assert-allowed.ts';
import { HypervisorError, notFound } from '../error.ts';
import type { DiskSpec, VolumeReference } from '../spec/definition/disk-spec.ts';
import type { Hypervisor } from '../spec/hypervisor.ts';
import type { OperationOptions } from '../spec/operations/options.ts';
import type { TransferOptions } from '../spec/operations/volumes.ts';
import { Checks } from '../validate/checks.ts';
import { assertNoProblems } from '../validate/validate-spec.ts';
import { definable } from './definable.ts';
import { digesting, volumeDigest } from './digest.ts';
import type { LibraryOptions } from './library-options.ts';
import { deleteIfThere, readManifests, volumesOf, writeManifest } from './manifest.ts';
import { madeVolume, takenBack } from './take-back.ts';
import { withinDeadline } from './within-deadline.ts';

/** An image that machines are made from. */
export interface Image {
  readonly name: string;
  readonly version: string;
  readonly volume: VolumeReference;
  readonly format: 'qcow2' | 'raw';
  /** What a guest sees, in bytes. */
  readonly sizeBytes: number;
  /** The digest of the image's bytes as they stand on the host, in hexadecimal. */
  readonly sha256: string;
  /** What runs in it, as `VmSpec.os` has it. */
  readonly os?: string | undefined;
  readonly description?: string | undefined;
  /** When it was put into the library, epoch milliseconds. */
  readonly createdMs: number;
}

/** An image that is put into a library. */
export interface NewImage extends Pick<Image, 'name' | 'version' | 'os' | 'description'> {
  /** @default 'qcow2' */
  readonly format?: 'qcow2' | 'raw' | undefined;
  /** What a guest sees, in bytes. */
  readonly sizeBytes: number;
  /** Its bytes, in pieces. */
  readonly source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** What its bytes must be: as its maker published it. @default not looked at */
  readonly sha256?: string | undefined;
}

/** How an image is made of a machine. */
export interface ImageFromVmOptions
  extends Pick<NewImage, 'name' | 'version' | 'os' | 'description'>, OperationOptions {
  /** Which disk. @default the first that is written to */
  readonly device?: string | undefined;
  /**
   * Makes the guest ready for many lives, while the machine is as it was found: forget host keys, machine-id, logs, users
   * (`sysprep`). The machine is shut down afterwards when it is on.
   */
  readonly prepare?: ((hypervisor: Hypervisor, vm: string) => Promise<void>) | undefined;
}

/** Images in a pool, by name and version. Each is a volume, and what is known of it a second one beside it. */
export interface ImageLibrary {
  /**
   * Puts an image in, and reads it back to see that it arrived.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when its bytes are not what `sha256` says, or a field is wrong;
   * NOVA_HYPERVISOR_ALREADY_EXISTS when there is this version.
   */
  add(image: NewImage, options?: TransferOptions): Promise<Image>;
  /**
   * Makes an image of a machine's disk. The machine stays, off.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when it has no such disk in a pool;
   * NOVA_HYPERVISOR_ALREADY_EXISTS when there is this version.
   */
  addFromVm(vm: string, options: ImageFromVmOptions): Promise<Image>;
  /** All images, by name, the newest version of each first. */
  list(options?: CallOptions): Promise<readonly Image[]>;
  /**
   * One image.
   *
   * @param version - Which. @default the newest
   * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when there is none.
   */
  get(name: string, version?: string, options?: CallOptions): Promise<Image>;
  /** Whether the image's bytes are still what they were. */
  verify(image: Image, options?: CallOptions): Promise<boolean>;
  /** Deletes an image. Machines whose disks stand on it are lost; those with copies don't mind. */
  delete(image: Image, options?: OperationOptions): Promise<void>;
  /** A disk that begins as the image: for `VmSpec.disks`. */
  disk(
    image: Image,
    options?: { readonly kind?: 'full' | 'linked'; readonly pool?: string; readonly sizeBytes?: number },
  ): DiskSpec;
}

const suffix = '.image.json';

/**
 * A library of images in a pool.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_UNSUPPORTED when the driver moves no bytes of volumes.
 *
 * @example
 * ```ts
 * import { createImageLibrary } from '@novacron/hypervisor/library';
 * import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
 *
 * await using hypervisor = createMemoryHypervisor();
 * const library = createImageLibrary(hypervisor, { pool: 'default' });
 * await library.add({ name: 'debian', version: '12.1', os: 'debian12', sizeBytes: 1024, source: [new Uint8Array(64)] });
 * await library.add({ name: 'debian', version: '12.10', os: 'debian12', sizeBytes: 1024, source: [new Uint8Array(64)] });
 * const image = await library.get('debian');
 * image.version // => '12.10'
 * const vm = await hypervisor.vms.create({ name: 'web-1', os: image.os, disks: [library.disk(image, { kind: 'linked' })] });
 * vm.state // => 'stopped'
 * ```
 */
export function createImageLibrary(
  hypervisor: Hypervisor,
  { pool, clock = systemClock }: LibraryOptions,
): ImageLibrary {
  const volumes = volumesOf(hypervisor);
  const volumeOf = ({ name, version, format }: Pick<Image, 'name' | 'version' | 'format'>): VolumeReference => ({
    pool,
    name: `${name}@${version}.${format}`,
  });
  const manifestOf = ({ name, version }: Pick<Image, 'name' | 'version'>): VolumeReference => ({
    pool,
    name: `${name}@${version}${suffix}`,
  });
  const list = async (options?: CallOptions): Promise<readonly Image[]> =>
    withinDeadline(options, async (signal) =>
      (await readManifests<Image>(volumes, pool, suffix, signal)).toSorted(byNameAndVersion),
    );

  /** Makes and fills the image's volume, then writes what is known of it; nothing is left behind when that fails. */
  const put = async (
    known: Pick<Image, 'name' | 'version' | 'os' | 'description' | 'format' | 'sizeBytes'>,
    { signal, onStep }: OperationOptions,
    origin: { readonly image?: VolumeReference },
    fill: (volume: VolumeReference) => Promise<void>,
  ): Promise<Image> => {
    const volume = volumeOf(known);
    const { format, sizeBytes } = known;
    await volumes.create({ ...volume, format, ...('image' in origin ? origin : { sizeBytes }) }, { signal, onStep });
    try {
      await fill(volume);
      const { sha256 } = await volumeDigest(volumes, volume, signal);
      const image: Image = { ...known, volume, sha256, createdMs: clock.now() };
      await writeManifest(volumes, manifestOf(known), image, signal);
      return image;
    } catch (error) {
      throw await takenBack(error, [madeVolume(volumes, volume)]);
    }
  };

  return {
    list,
    async add(image, options = {}) {
      checkImage(image);
      const { source, sha256: wanted, name, version, os, description, format = 'qcow2', sizeBytes } = image;
      return withinDeadline(options, (signal) =>
        put({ name, version, os, description, format, sizeBytes }, { ...options, signal }, {}, async (volume) => {
          const { pieces, digest } = digesting(source);
          await volumes.upload(volume, pieces, { ...options, signal });
          const sent = digest();
          if (wanted !== undefined && sent.sha256 !== wanted.toLowerCase()) throw wrongBytes(name, wanted, sent.sha256);
        }),
      );
    },
    async addFromVm(vm, options) {
      const { name, version, os, description, device, prepare } = options;
      checkImage({ name, version, sizeBytes: 1 });
      return withinDeadline(options, async (signal) => {
        await withDeadline({ signal }, () => prepare?.(hypervisor, vm));
        const { vms } = hypervisor;
        if ((await vms.get(vm, { signal })).state === 'running') await vms.stop(vm, { signal });
        const { state, name: vmName } = await vms.get(vm, { signal });
        assertState('make an image of it', vmName, state, ['stopped', 'stopped-allocated', 'crashed']);
        const { disks } = await definable(hypervisor).definition(vm, { signal });
        const disk = disks.find((each) => (device === undefined ? !each.readOnly : each.device === device));
        if (disk?.volume === undefined) throw notFound('Device', device ?? 'vda');
        const { volume: image, format } = disk;
        const { sizeBytes } = await volumes.get(image, { signal });
        const known = { name, version, os, description, format, sizeBytes };
        return put(known, { ...options, signal }, { image }, async () => {});
      });
    },
    async get(name, version, options) {
      const found = (await list(options)).find(
        (image) => image.name === name && (version === undefined || image.version === version),
      );
      if (found === undefined) throw notFound('Image', version === undefined ? name : `${name}@${version}`);
      return found;
    },
    async verify({ volume, sha256 }, options) {
      return withinDeadline(options, async (signal) => (await volumeDigest(volumes, volume, signal)).sha256 === sha256);
    },
    async delete(image, options) {
      await withinDeadline(options, async (signal) => {
        // What is known of it goes last: an image that is half gone can be deleted again.
        await deleteIfThere(volumes, image.volume, signal);
        await volumes.delete(manifestOf(image), { signal });
      });
    },
    disk({ volume, format }, { kind = 'full', pool: into = pool, sizeBytes } = {}) {
      const origin = kind === 'linked' ? { backing: volume } : { image: volume };
      return {
        format: kind === 'linked' ? 'qcow2' : format,
        create: { pool: into, ...origin, ...(sizeBytes === undefined ? {} : { sizeBytes }) },
      };
    },
  };
}

function checkImage({ name, version, sizeBytes, sha256 }: Partial<NewImage>): void {
  const checks = new Checks();
  checks.name(name, 'name');
  checks.name(version, 'version');
  checks.check(!name?.includes('@'), 'name', 'must not hold @, which stands before the version');
  checks.whole(sizeBytes, 'sizeBytes', [1, Number.MAX_SAFE_INTEGER]);
  checks.check(
    sha256 === undefined || /^[0-9a-f]{64}$/i.test(sha256),
    'sha256',
    'must be 64 hexadecimal digits',
    'leave it out when it is not known',
  );
  assertNoProblems(checks.problems, 'The image');
}

function wrongBytes(name: string, wanted: string, sha256: string): HypervisorError {
  return new HypervisorError({
    kind: 'invalid',
    message: `The bytes of image ${JSON.stringify(name)} are not what they should be: SHA-256 ${sha256}, not ${wanted}`,
    details: { image: name, wanted, sha256 },
  });
}

/** By name; then the newest version first, numbers in it by their value. */
function byNameAndVersion(a: Image, b: Image): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return b.version.localeCompare(a.version, 'en', { numeric: true });
}
