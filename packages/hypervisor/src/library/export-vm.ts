import { withDeadline } from '@novacron/core';
import { assertState } from '../assert-allowed.ts';
import { assertNotEncrypted } from '../assert-not-encrypted.ts';
import { HypervisorError } from '../error.ts';
import type { VolumeReference } from '../spec/definition/disk-spec.ts';
import type { Hypervisor } from '../spec/hypervisor.ts';
import type { DefineVmOptions, VmDefinition } from '../spec/operations/definitions.ts';
import type { OperationOptions } from '../spec/operations/options.ts';
import type { Vm } from '../spec/vm.ts';
import { definable } from './definable.ts';
import { digesting } from './digest.ts';
import { volumesOf } from './manifest.ts';
import { madeVolumes, takenBack } from './take-back.ts';
import { withinDeadline } from './within-deadline.ts';

/** Where an export is kept: a folder, an object store, an archive. */
export interface Archive {
  /** Writes a file anew. */
  write(name: string, pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** A file's bytes. */
  read(name: string): AsyncIterable<Uint8Array>;
}

/** What stands in an export's `machine.json`. */
export interface ExportManifest {
  readonly format: 'novacron-vm/1';
  readonly definition: VmDefinition;
  readonly disks: readonly {
    readonly device: string;
    /** The file with its bytes. */
    readonly file: string;
    readonly format: 'qcow2' | 'raw';
    readonly sizeBytes: number;
    readonly bytes: number;
    readonly sha256: string;
  }[];
}

/** How an export becomes a machine. */
export interface ImportVmOptions extends Pick<DefineVmOptions, 'name' | 'identity'>, OperationOptions {
  /** The pool of its disks. */
  readonly pool: string;
}

const manifestFile = 'machine.json';

/**
 * Writes a machine that is off into an archive: its definition, and its disks with their checksums. Disks that stand on
 * others are flattened on the way.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when it is on; NOVA_HYPERVISOR_UNSUPPORTED when the driver can't.
 */
export async function exportVm(
  hypervisor: Hypervisor,
  vm: string,
  archive: Archive,
  options: OperationOptions = {},
): Promise<ExportManifest> {
  return withinDeadline(options, (signal) => writeExport(hypervisor, vm, archive, { ...options, signal }));
}

async function writeExport(
  hypervisor: Hypervisor,
  vm: string,
  archive: Archive,
  { signal, onStep }: OperationOptions,
): Promise<ExportManifest> {
  const volumes = volumesOf(hypervisor);
  const { state, name } = await hypervisor.vms.get(vm, { signal });
  assertState('export', name, state, ['stopped', 'stopped-allocated', 'crashed']);
  const definition = await definable(hypervisor).definition(vm, { signal });
  const disks: ExportManifest['disks'][number][] = [];
  for (const { device, volume, format, readOnly } of definition.disks) {
    if (volume === undefined || readOnly) continue;
    const { sizeBytes, backingPath, encryption } = await volumes.get(volume, { signal });
    assertNotEncrypted(definition.name, encryption === undefined ? [] : [device], 'no other host has the secrets of');
    const flat = { pool: volume.pool, name: `${volume.name}.export-${crypto.randomUUID()}` };
    if (backingPath !== undefined) await volumes.create({ ...flat, format, image: volume }, { signal, onStep });
    try {
      const file = `${device}.${format}`;
      const { pieces, digest } = digesting(volumes.download(backingPath === undefined ? volume : flat, { signal }));
      await withDeadline({ signal }, () => archive.write(file, pieces));
      disks.push({ device, file, format, sizeBytes, ...digest() });
    } finally {
      if (backingPath !== undefined) await volumes.delete(flat);
    }
  }
  const manifest: ExportManifest = { format: 'novacron-vm/1', definition, disks };
  await archive.write(
    manifestFile,
    (async function* () {
      yield new TextEncoder().encode(JSON.stringify(manifest, undefined, 2));
    })(),
  );
  return manifest;
}

/**
 * Makes a machine of an export, off. Every disk is held against its checksum; nothing is left behind when one is wrong.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when the archive is none, or a disk's bytes are not what was exported;
 * NOVA_HYPERVISOR_ALREADY_EXISTS when the name is taken; NOVA_HYPERVISOR_UNSUPPORTED when the export is another driver's.
 *
 * @example
 * ```ts
 * import { exportVm, importVm, type Archive } from '@novacron/hypervisor/library';
 * import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
 *
 * const files = new Map<string, Uint8Array[]>();
 * const archive: Archive = {
 *   write: async (name, pieces) => {
 *     const kept: Uint8Array[] = [];
 *     for await (const piece of pieces) kept.push(piece);
 *     files.set(name, kept);
 *   },
 *   read: async function* (name) {
 *     yield* files.get(name) ?? [];
 *   },
 * };
 * await using here = createMemoryHypervisor();
 * await using there = createMemoryHypervisor({ seed: 2 });
 * await here.vms.create({ name: 'web-1', disks: [{ create: { pool: 'default', sizeBytes: 1024 } }] });
 * await exportVm(here, 'web-1', archive);
 * (await importVm(there, archive, { pool: 'default' })).name // => 'web-1'
 * ```
 */
export async function importVm(hypervisor: Hypervisor, archive: Archive, options: ImportVmOptions): Promise<Vm> {
  return withinDeadline(options, (signal) => readMachine(hypervisor, archive, { ...options, signal }));
}

async function readMachine(hypervisor: Hypervisor, archive: Archive, options: ImportVmOptions): Promise<Vm> {
  const { pool, signal, onStep, identity } = options;
  const volumes = volumesOf(hypervisor);
  const { define } = definable(hypervisor);
  const { definition, disks } = await readExport(archive);
  const name = options.name ?? definition.name;
  const made: Record<string, VolumeReference> = {};
  try {
    for (const { device, file, format, sizeBytes, sha256 } of disks) {
      const reference = { pool, name: `${name}-${device}.${format}` };
      await volumes.create({ ...reference, format, sizeBytes }, { signal, onStep });
      made[device] = reference;
      const { pieces, digest } = digesting(archive.read(file));
      await volumes.upload(reference, pieces, { signal });
      const found = digest().sha256;
      if (found !== sha256) throw damaged(`${file} has SHA-256 ${found}, not ${sha256}`);
    }
    return await define(definition, { name, volumes: made, identity, signal, onStep });
  } catch (error) {
    throw await takenBack(error, madeVolumes(volumes, made));
  }
}

async function readExport(archive: Archive): Promise<ExportManifest> {
  const pieces: Uint8Array[] = [];
  for await (const piece of archive.read(manifestFile)) pieces.push(piece);
  let manifest: Partial<ExportManifest>;
  try {
    manifest = JSON.parse(Buffer.concat(pieces).toString('utf8')) as Partial<ExportManifest>;
  } catch (error) {
    throw damaged(`${manifestFile} holds no JSON`, error);
  }
  const { format, definition, disks } = manifest;
  if (format !== 'novacron-vm/1' || definition === undefined || disks === undefined)
    throw damaged(`${manifestFile} is of another format`);
  return { format, definition, disks };
}

const damaged = (what: string, cause?: unknown): HypervisorError =>
  new HypervisorError({ kind: 'invalid', message: `The export can't be used: ${what}`, cause });
