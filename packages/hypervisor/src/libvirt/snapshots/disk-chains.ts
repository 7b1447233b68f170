import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import { assertState } from '../../assert-allowed.ts';
import { HypervisorError, notFound } from '../../error.ts';
import type { DiskImage, MergeOptions } from '../../spec/operations/snapshots.ts';
import { tell, trailOf } from '../../trail.ts';
import { isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { isOutcomeUnknown } from '../outcome-unknown.ts';
import { findPool } from '../storage/find-pool.ts';
import { findVolume } from '../storage/find-volume.ts';
import { findElement, parseXml, type XmlElement } from '../xml.ts';

const lookMs = 100;
/** How often a job is looked for that may still begin. */
const mostLooks = 5;

/**
 * The images that a disk is made of, the one that is written to first.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when there is no such disk.
 */
export async function readChain(
  host: LibvirtHost,
  domain: Domain,
  device: string,
  call: CallOptions,
): Promise<readonly DiskImage[]> {
  const disk = (findElement(parseXml(await domain.getXMLDesc(call)), 'devices')?.children ?? []).find(
    (each) => each.name === 'disk' && findElement(each, 'target')?.attributes['dev'] === device,
  );
  if (disk === undefined) throw notFound('Device', device);
  const chain: DiskImage[] = [];
  let format = findElement(disk, 'driver')?.attributes['type'] ?? 'raw';
  for (let layer: XmlElement | undefined = disk; layer !== undefined; layer = findElement(layer, 'backingStore')) {
    const path = await pathOf(host, findElement(layer, 'source'), call);
    if (path === undefined) break;
    if (layer !== disk) format = findElement(layer, 'format')?.attributes['type'] ?? 'raw';
    chain.push({ path, format });
  }
  return chain;
}

async function pathOf(
  host: LibvirtHost,
  source: XmlElement | undefined,
  call: CallOptions,
): Promise<string | undefined> {
  const { file, dev, pool, volume } = (source?.attributes ?? {}) as Partial<Record<string, string>>;
  if (pool === undefined || volume === undefined) return file ?? dev;
  return (await findVolume(host, { pool, name: volume }, call)).getPath(call);
}

/**
 * Merges all images of a disk into the lowest, while the guest goes on. An abort leaves the disk as it was.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when the machine is off.
 */
export async function mergeDisk(
  host: LibvirtHost,
  domain: Domain,
  device: string,
  { onProgress, onStep, bandwidthBytesPerSecond, signal }: MergeOptions,
): Promise<readonly DiskImage[]> {
  const call = { signal };
  assertState('merge its images', domain.name, await host.state(domain, call), ['running', 'paused']);
  const before = await readChain(host, domain, device, call);
  if (before.length < 2) return before;
  let begun = false;
  try {
    await domain.blockCommit(device, { ...call, active: true, bandwidthBytesPerSecond });
    begun = true;
    for (;;) {
      const job = await domain.getBlockJobInfo(device, call);
      if (job === undefined) throw failed(domain, device);
      tell(onProgress, { processedBytes: job.current, totalBytes: job.end });
      if (job.end > 0 && job.current === job.end) break;
      await host.clock.sleep(lookMs, call);
    }
    await domain.blockJobAbort(device, { ...call, pivot: true });
  } catch (error) {
    if (begun || isOutcomeUnknown(error)) await endJob(host, domain, device).catch(() => {}); // the daemon may be away
    throw error;
  }
  const trail = trailOf('merge', { onStep }, host.clock);
  for (const { path } of before.slice(0, -1)) {
    if (await deleteImage(host, path)) trail('volume-deleted', path);
  }
  // Snapshots whose files are merged can't be gone back to.
  for (const snapshot of await domain.listAllSnapshots({ external: true }))
    await snapshot.delete({ metadataOnly: true });
  trail('done', domain.name);
  return readChain(host, domain, device, {});
}

/** Ends the job of a disk, also one that a call which was given up may still begin. */
async function endJob(host: LibvirtHost, domain: Domain, device: string): Promise<void> {
  for (let look = 0; look < mostLooks; look++) {
    if ((await domain.getBlockJobInfo(device)) !== undefined) return domain.blockJobAbort(device);
    await host.clock.sleep(lookMs);
  }
}

/**
 * Deletes an image that nobody needs any more; one in no pool stays.
 *
 * @throws {LibvirtError} when it can't be deleted.
 */
export async function deleteImage(host: LibvirtHost, path: string): Promise<boolean> {
  try {
    const pool = await host.connection.lookupStoragePoolByTargetPath(path.slice(0, path.lastIndexOf('/')));
    await (await findPool(host, pool.name, {})).refresh();
    await (await host.connection.lookupStorageVolumeByPath(path)).delete();
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

const failed = (domain: Domain, device: string): HypervisorError =>
  new HypervisorError({
    kind: 'internal',
    message: `The images of ${device} of VM ${JSON.stringify(domain.name)} could not be merged: the job ended by itself`,
    details: { vm: domain.name, device },
  });
