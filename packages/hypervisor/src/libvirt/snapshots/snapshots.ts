import type { CallOptions } from '@novacron/core';
import type { Domain, DomainSnapshot } from 'node-libvirt';
import { formatDomainSnapshotXML, parseDomainSnapshotXML, parseDomainXML } from 'node-libvirt/xml';
import { assertNotEncrypted } from '../../assert-not-encrypted.ts';
import { HypervisorError, notFound } from '../../error.ts';
import type { OperationOptions } from '../../spec/operations/options.ts';
import type { VmState } from '../../spec/vm-state.ts';
import type { Snapshot, SnapshotOperations, SnapshotSpec } from '../../spec/operations/snapshots.ts';
import { trailOf } from '../../trail.ts';
import { Checks } from '../../validate/checks.ts';
import { assertNoProblems } from '../../validate/validate-spec.ts';
import { isAway, isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { findVolume, findVolumeAt } from '../storage/find-volume.ts';
import { takeBack, withLeftBehind } from '../take-back.ts';
import { escapeXml } from '../../escape-xml.ts';
import { deleteImage, mergeDisk, readChain } from './disk-chains.ts';
import { memoryFileOf, memoryFiles, type SnapshotDisk } from './snapshot-files.ts';

/** Snapshots on libvirt. */
export function libvirtSnapshots(host: LibvirtHost): SnapshotOperations {
  const change = <T>(
    vm: string,
    operation: string,
    options: OperationOptions | undefined,
    task: (domain: Domain, call: CallOptions) => Promise<T>,
  ): Promise<T> =>
    host.call(options, vm, async (call) => {
      const domain = await host.find(vm, call);
      const result = await host.exclusive(domain.uuid, call, () => task(domain, call));
      trailOf(operation, options, host.clock)('done', domain.name);
      return result;
    });

  return {
    create: (vm, spec, options) =>
      change(vm, 'snapshot', options, async (domain, call) =>
        readSnapshot(await create(host, domain, spec, call), call),
      ),
    list: (vm, options) =>
      host.call(options, vm, async (call) => {
        const domain = await host.find(vm, call);
        const snapshots = await domain.listAllSnapshots({ ...call, topological: host.context.domainType !== 'test' });
        const read = await Promise.all(snapshots.map((each) => readSnapshot(each, call)));
        return parentsFirst(read);
      }),
    chain: (vm, device, options) =>
      host.call(options, vm, async (call) => readChain(host, await host.find(vm, call), device, call)),
    merge: (vm, device, options) =>
      host.call(options, vm, async (call) => {
        const domain = await host.find(vm, call);
        return host.exclusive(domain.uuid, call, () => mergeDisk(host, domain, device, { ...options, ...call }));
      }),
    revert: (vm, name, options) =>
      change(vm, 'revert', options, async (domain, call) => {
        const snapshot = await find(domain, name, call);
        await snapshot.revert({ ...call, running: options?.start });
      }),
    delete: (vm, name, options) =>
      change(vm, 'delete-snapshot', options, async (domain, call) => {
        const snapshot = await find(domain, name, call);
        const files = await memoryFiles(domain, name, options?.withChildren ?? false, call);
        await snapshot.delete({ ...call, children: options?.withChildren });
        for (const path of files) await host.again(() => deleteImage(host, path));
      }),
  };
}

async function create(
  host: LibvirtHost,
  domain: Domain,
  spec: SnapshotSpec,
  call: CallOptions,
): Promise<DomainSnapshot> {
  const { name, description, quiesce } = spec;
  const checks = new Checks();
  checks.name(name, 'name');
  checks.optionalText(description, 'description');
  checks.choice(spec.storage, ['internal', 'external'], 'storage');
  assertNoProblems(checks.problems, 'The snapshot');
  // libvirt would take the same name for a wish to write its description anew.
  if (await find(domain, name, call).then(() => true, ifNotFound(false))) throw exists(domain, name);
  const isActive = await domain.isActive(call);
  const keepsMemory = isActive && (spec.memory ?? true);
  const storage = spec.storage ?? (isActive && !keepsMemory ? 'external' : 'internal');
  if (storage === 'external' && keepsMemory && !host.revertsExternalMemory) {
    throw new HypervisorError({
      kind: 'unsupported',
      message:
        'The libvirt of this host can not go back to an external snapshot with memory, as 9.9 can; use storage internal, or memory false',
      details: { vm: domain.name, snapshot: name, capability: 'externalMemorySnapshots' },
    });
  }
  const disks = storage === 'external' ? await externalDisks(host, domain, name, call) : undefined;
  const memoryFile = disks && keepsMemory ? memoryFileOf(domain, name, disks) : undefined;
  const xml = formatDomainSnapshotXML({
    name,
    description: description === '' ? undefined : description,
    memory: memoryFile === undefined ? undefined : { snapshot: 'external', file: memoryFile },
    disks: disks && { disk: disks },
  });
  const before = await host.state(domain, call);
  try {
    return await domain.snapshotCreateXML(xml, {
      ...call,
      ...(storage === 'external' ? { diskOnly: memoryFile === undefined, atomic: true, quiesce } : {}),
    });
  } catch (error) {
    if (!isAway(error)) throw error;
    return settleSnapshot(host, domain, { name, before, disks, memoryFile, error });
  }
}

/**
 * Sees what became of a snapshot during which the daemon was lost: QEMU is stopped while its memory is saved, and nobody
 * would let it go on.
 *
 * @throws The error, unless only the answer was lost.
 */
async function settleSnapshot(
  host: LibvirtHost,
  domain: Domain,
  {
    name,
    before,
    disks = [],
    memoryFile,
    error,
  }: Pick<SnapshotSpec, 'name'> & {
    readonly before: VmState;
    readonly disks: readonly SnapshotDisk[] | undefined;
    readonly memoryFile: string | undefined;
    readonly error: unknown;
  },
): Promise<DomainSnapshot> {
  const made = await host.again(() => domain.snapshotLookupByName(name).catch(ifNotFound(undefined)));
  if (made !== undefined) return made;
  if (before === 'running' && (await host.again(() => host.state(domain, {}))) === 'paused') await domain.resume();
  const xml = await domain.getXMLDesc();
  const unused = disks.flatMap(({ source }) => {
    const path = source?.file;
    return path === undefined || xml.includes(escapeXml(path)) ? [] : [path];
  });
  const undos = [...unused, ...(memoryFile === undefined ? [] : [memoryFile])].map((path) => ({
    what: path,
    remove: async () => (await findVolumeAt(host, path)).delete(),
  }));
  const { left } = await takeBack(host, undos, error);
  throw withLeftBehind(error, left);
}

/** Where each disk goes on; libvirt itself finds no name for one that is a volume of a pool. */
async function externalDisks(
  host: LibvirtHost,
  domain: Domain,
  name: string,
  call: CallOptions,
): Promise<SnapshotDisk[]> {
  const { devices } = parseDomainXML(await domain.getXMLDesc(call));
  const encrypted = (devices?.disk ?? []).filter((disk) => disk.encryption ?? disk.source?.encryption);
  assertNotEncrypted(
    domain.name,
    encrypted.map(({ target }) => target.dev),
    'would go on in files that are not',
  );
  return Promise.all(
    (devices?.disk ?? []).map(async ({ device = 'disk', source, target, readonly }): Promise<SnapshotDisk> => {
      if (device !== 'disk' || readonly !== undefined) return { name: target.dev, snapshot: 'no' };
      const { pool, volume, file } = source ?? {};
      const path =
        pool === undefined || volume === undefined
          ? file
          : await (await findVolume(host, { pool, name: volume }, call)).getPath(call);
      if (path === undefined) return { name: target.dev, snapshot: 'external' };
      return { name: target.dev, snapshot: 'external', type: 'file', source: { file: `${path}.${name}` } };
    }),
  );
}

async function find(domain: Domain, name: string, call: CallOptions): Promise<DomainSnapshot> {
  try {
    return await domain.snapshotLookupByName(name, call);
  } catch (error) {
    throw isNotFound(error) ? notFound('Snapshot', name) : error;
  }
}

const ifNotFound =
  <T>(value: T) =>
  (error: unknown): T => {
    if (isNotFound(error)) return value;
    throw error;
  };

function exists(domain: Domain, name: string): HypervisorError {
  return new HypervisorError({
    kind: 'already-exists',
    message: `VM ${JSON.stringify(domain.name)} has a snapshot ${JSON.stringify(name)}`,
    details: { vm: domain.name, snapshot: name },
  });
}

async function readSnapshot(snapshot: DomainSnapshot, call: CallOptions): Promise<Snapshot> {
  const [xml, current] = await Promise.all([snapshot.getXMLDesc(call), snapshot.isCurrent(call)]);
  const { description, parent, creationTime, memory, disks, state } = parseDomainSnapshotXML(xml);
  return {
    name: snapshot.name,
    ...(description === undefined ? {} : { description }),
    ...(parent === undefined ? {} : { parent: parent.name }),
    createdMs: Number(creationTime) * 1000,
    current,
    memory: memory === undefined ? state === 'running' || state === 'paused' : memory.snapshot !== 'no',
    storage: (disks?.disk ?? []).some((disk) => disk.snapshot === 'external') ? 'external' : 'internal',
  };
}

/** Parents before their children, and by time among those of one parent. */
export function parentsFirst(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  const names = new Set(snapshots.map(({ name }) => name));
  const below = (parent: string | undefined): readonly Snapshot[] =>
    snapshots
      .filter((each) => (each.parent !== undefined && names.has(each.parent) ? each.parent : undefined) === parent)
      .toSorted((a, b) => a.createdMs - b.createdMs)
      .flatMap((each) => [each, ...below(each.name)]);
  return below(undefined);
}
