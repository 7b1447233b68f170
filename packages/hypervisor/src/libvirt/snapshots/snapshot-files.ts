import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import { parseDomainSnapshotXML, type DomainSnapshotXML } from 'node-libvirt/xml';
import { HypervisorError } from '../../error.ts';

/** Where a disk goes on after a snapshot. */
export type SnapshotDisk = NonNullable<NonNullable<DomainSnapshotXML['disks']>['disk']>[number];

/**
 * Where the memory of an external snapshot is kept: beside the disk that is named first.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_UNSUPPORTED when no disk is a file.
 */
export function memoryFileOf(domain: Domain, name: string, disks: readonly SnapshotDisk[]): string {
  const path = disks.find(({ source }) => source?.file !== undefined)?.source?.file;
  if (path !== undefined) return `${path}.memory`;
  throw new HypervisorError({
    kind: 'unsupported',
    message: `VM ${JSON.stringify(domain.name)} has no disk beside whose file the memory could be kept`,
    details: { vm: domain.name, snapshot: name },
  });
}

/** The files of memory that go with a snapshot, which libvirt leaves behind. */
export async function memoryFiles(
  domain: Domain,
  name: string,
  withChildren: boolean,
  call: CallOptions,
): Promise<readonly string[]> {
  const all = await externalSnapshots(domain, call);
  const isBelow = (each: DomainSnapshotXML): boolean => {
    if (each.name === name) return true;
    const parent = all.find((other) => other.name === each.parent?.name);
    return withChildren && parent !== undefined && isBelow(parent);
  };
  return all.filter(isBelow).flatMap(memoryOf);
}

/** All files that external snapshots have made: of memory, and those in which the disks went on. */
export async function snapshotFiles(domain: Domain, call: CallOptions): Promise<readonly string[]> {
  return (await externalSnapshots(domain, call)).flatMap((snapshot) => {
    const disks = (snapshot.disks?.disk ?? []).filter((disk) => disk.snapshot === 'external');
    return [...memoryOf(snapshot), ...disks.flatMap(({ source }) => source?.file ?? [])];
  });
}

async function externalSnapshots(domain: Domain, call: CallOptions): Promise<readonly DomainSnapshotXML[]> {
  const all = await domain.listAllSnapshots({ ...call, external: true });
  return Promise.all(all.map(async (each) => parseDomainSnapshotXML(await each.getXMLDesc(call))));
}

const memoryOf = ({ memory }: DomainSnapshotXML): readonly string[] =>
  memory?.snapshot === 'external' && memory.file !== undefined ? [memory.file] : [];
