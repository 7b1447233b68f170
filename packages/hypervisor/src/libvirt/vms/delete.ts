import { NovaError, type CallOptions } from '@novacron/core';
import type { Domain, StorageVolume } from 'node-libvirt';
import { assertAllowed } from '../../assert-allowed.ts';
import { checkedGraceMs } from '../../checked-grace-ms.ts';
import { assertNoHistory } from '../../assert-no-history.ts';
import { conflictError } from '../../error.ts';
import type { VolumeReference } from '../../spec/definition/disk-spec.ts';
import type { DeleteVmOptions, VmDeletion } from '../../spec/operations/vms.ts';
import { trailOf } from '../../trail.ts';
import { isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { mapError } from '../map-error.ts';
import { readMetadata } from '../metadata.ts';
import { dropReservation } from '../networks/networks.ts';
import { snapshotFiles } from '../snapshots/snapshot-files.ts';
import { deleteVolume, isThere } from '../storage/delete-volume.ts';
import { findVolume, findVolumeAt } from '../storage/find-volume.ts';
import { findElement, parseXml, type XmlElement } from '../xml.ts';
import { destroy, shutDown } from './stop.ts';

/**
 * Takes a domain away. It must be off for that: undefining an active one only makes it transient, whatever its state is
 * called.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when it is on, or its memory is saved, and neither force nor a
 * stop is asked for.
 */
export async function deleteDomain(host: LibvirtHost, domain: Domain, options: DeleteVmOptions): Promise<VmDeletion> {
  const { force, signal, stop, volumes: wanted = 'none', firmwareVariables = 'delete' } = options;
  const call = { signal };
  const trail = trailOf('delete', options, host.clock);
  const graceMs = checkedGraceMs(stop?.graceMs);
  const first = await host.state(domain, call);
  const mayStop = force || stop !== undefined;
  assertAllowed('delete', domain.name, first, { force: mayStop });
  const root = parseXml(await domain.getXMLDesc(call));
  const volumes = wanted === 'none' ? [] : volumesOf(root, wanted);
  const hasVariables = findElement(root, 'os', 'nvram') !== undefined;
  const [savedMemory, snapshots, checkpoints] = await Promise.all([
    domain.hasManagedSaveImage(call).catch(() => false),
    domain.snapshotNum(call).catch(() => 0),
    domain.listAllCheckpoints(call).then(
      ({ length }) => length,
      () => 0, // not every driver has them
    ),
  ]);
  if (options.snapshots === 'refuse') assertNoHistory(domain.name, { snapshots, checkpoints });
  const files = wanted === 'none' || snapshots === 0 ? [] : await snapshotFiles(domain, call);
  let stopped: VmDeletion['stopped'] = 'was-off';
  let isGone = false;
  if (await domain.isActive(call)) {
    // It may have been started since; or it is in a state that libvirt has no word for.
    const state = await host.state(domain, call);
    if (!mayStop && first !== 'crashed') throw conflictError('delete', domain.name, state);
    const persistent = await domain.isPersistent(call);
    const asked = { call, graceMs: stop === undefined || state !== 'running' ? 0 : graceMs };
    stopped = await host.again(() => bringDown(host, domain, asked));
    trail('stopped', domain.name);
    isGone = !persistent; // a transient domain is gone with its end
  }
  // From here on it is finished, for a machine without its definition can't be asked to be deleted again.
  if (!isGone) await undefineDomain(host, domain, firmwareVariables);
  trail('undefined', domain.name);
  const report = await deleteVolumes(host, [...volumes, ...files.map((path) => ({ path }))], (volume) =>
    trail('volume-deleted', volume),
  );
  const reservations = options.reservations ? await dropReservations(host, root, report.errors) : [];
  for (const reservation of reservations) trail('reservation-removed', reservation);
  return {
    vmId: domain.uuid,
    name: domain.name,
    stopped,
    savedMemory,
    snapshots,
    checkpoints,
    firmwareVariables: !hasVariables ? 'none' : firmwareVariables === 'keep' ? 'kept' : 'deleted',
    reservations,
    ...report,
  };
}

/** Removes what networks keep for a domain's cards; what can't be removed is filed. */
async function dropReservations(host: LibvirtHost, root: XmlElement, errors: NovaError[]): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const device of findElement(root, 'devices')?.children ?? []) {
    const network = findElement(device, 'source')?.attributes['network'];
    const macAddress = findElement(device, 'mac')?.attributes['address'];
    if (device.name !== 'interface' || network === undefined || macAddress === undefined) continue;
    try {
      const address = await host.again(() => dropReservation(host, network, macAddress, {}));
      if (address !== undefined) gone.push(`${network}/${address}`);
    } catch (error) {
      const mapped = mapError(error);
      if (!NovaError.isInstance(mapped)) throw error;
      errors.push(mapped);
    }
  }
  return gone;
}

async function bringDown(
  host: LibvirtHost,
  domain: Domain,
  { call, graceMs }: { readonly call: CallOptions; readonly graceMs: number },
): Promise<'gracefully' | 'forced'> {
  try {
    if (graceMs > 0 && (await shutDown(host, domain, graceMs, call))) return 'gracefully';
    await destroy(domain, call);
  } catch (error) {
    if (!isNotFound(error)) throw error; // transient, and off by itself
  }
  return 'forced';
}

/** Undefines a domain; one whose definition is gone already, perhaps by a call whose answer was lost, is as wanted. */
export function undefineDomain(
  host: LibvirtHost,
  domain: Domain,
  firmwareVariables: DeleteVmOptions['firmwareVariables'] = 'delete',
): Promise<void> {
  return host.again(() =>
    domain.undefine(undefineOptions(host, firmwareVariables)).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    }),
  );
}

/** All that belongs to a definition goes with it; the test driver knows fewer kinds of belongings. */
function undefineOptions(
  host: LibvirtHost,
  firmwareVariables: DeleteVmOptions['firmwareVariables'],
): Parameters<Domain['undefine']>[0] {
  const common = { managedSave: true, snapshotsMetadata: true };
  if (host.context.domainType === 'test') return common;
  const nvram = firmwareVariables === 'keep' ? { keepNvram: true } : { nvram: true };
  return { ...common, checkpointsMetadata: true, ...nvram };
}

type Origin = VolumeReference | { readonly path: string };

/** Where the bytes of its disks are; media and read-only disks belong to others too. */
function volumesOf(root: XmlElement, wanted: 'created' | 'all'): readonly Origin[] {
  const created = (readMetadata(findElement(root, 'metadata')).volumes ?? []).map((volume) => {
    const slash = volume.indexOf('/');
    return { pool: volume.slice(0, slash), name: volume.slice(slash + 1) };
  });
  if (wanted === 'created') return created;
  const disks = (findElement(root, 'devices')?.children ?? []).filter(({ name }) => name === 'disk');
  return [...created, ...disks.flatMap((disk) => originOf(disk))];
}

function originOf(disk: XmlElement): readonly Origin[] {
  const isOwn = disk.attributes['device'] !== 'cdrom' && findElement(disk, 'readonly') === undefined;
  const { pool, volume, file, dev } = (findElement(disk, 'source')?.attributes ?? {}) as Partial<
    Record<string, string>
  >;
  const path = file ?? dev;
  if (!isOwn) return [];
  if (pool !== undefined && volume !== undefined) return [{ pool, name: volume }];
  return path === undefined ? [] : [{ path }];
}

async function deleteVolumes(
  host: LibvirtHost,
  origins: readonly Origin[],
  onDeleted: (volume: string) => void,
): Promise<{ readonly volumes: readonly string[]; readonly errors: NovaError[] }> {
  const volumes: string[] = [];
  const errors: NovaError[] = [];
  for (const origin of origins) {
    try {
      let found: StorageVolume | undefined;
      const { pool, name } = await host.again(async () => {
        if (found !== undefined && !(await isThere(host, found))) return found; // deleted, but the answer was lost
        found = 'path' in origin ? await findVolumeAt(host, origin.path) : await findVolume(host, origin, {});
        await deleteVolume(host, found, {});
        return found;
      });
      volumes.push(`${pool}/${name}`);
      onDeleted(`${pool}/${name}`);
    } catch (error) {
      if (isNotFound(error)) continue; // in no pool, or gone already: a disk may stand in the list twice
      const mapped = mapError(error);
      if (!NovaError.isInstance(mapped)) throw error;
      errors.push(mapped);
    }
  }
  return { volumes, errors };
}
