import type { CallOptions } from '@novacron/core';
import type { Domain, StorageVolume } from 'node-libvirt';
import { parseDomainXML, readXML, writeXML, type XMLElement } from 'node-libvirt/xml';
import type { VolumeReference } from '../../spec/definition/disk-spec.ts';
import { selectElements } from '../definition/select-elements.ts';
import { isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { findPool } from '../storage/find-pool.ts';
import { findVolume } from '../storage/find-volume.ts';
import { createVolume } from '../storage/create-volume.ts';
import { readVolume } from '../storage/read-volume.ts';
import type { Volume } from '../../spec/operations/volumes.ts';

/** A disk of a machine that is to move, and where its bytes are. */
export interface MovingDisk {
  /** As the guest sees it: `vda`. */
  readonly device: string;
  /** Nobody writes to it: it can be copied as a file beforehand. */
  readonly readOnly: boolean;
  /** Its path; absent when it is a volume by name, or empty. */
  readonly path: string | undefined;
  /** Its volume at the source; absent when it is in no pool. */
  readonly volume: Volume | undefined;
  /** There when it is encrypted: with the UUID of the secret that opens it, unless libvirt finds that itself. */
  readonly encryption: { readonly secret: string | undefined } | undefined;
}

/** The disks of a domain that have bytes somewhere. */
export async function movingDisks(
  host: LibvirtHost,
  domain: Domain,
  call: CallOptions,
): Promise<readonly MovingDisk[]> {
  const { devices } = parseDomainXML(await domain.getXMLDesc(call));
  const disks = await Promise.all(
    (devices?.disk ?? []).map(
      async ({ device = 'disk', source, target, readonly, encryption: own }): Promise<MovingDisk | undefined> => {
        const { pool, volume, file, dev } = source ?? {};
        const path = file ?? dev;
        const encryption = own ?? source?.encryption;
        if (path === undefined && volume === undefined) return undefined;
        const found =
          pool !== undefined && volume !== undefined
            ? await findVolume(host, { pool, name: volume }, call)
            : await volumeAt(host, path ?? '', call);
        return {
          device: target.dev,
          readOnly: device === 'cdrom' || readonly !== undefined,
          path,
          volume: found && (await readVolume(found, call)),
          encryption: encryption && { secret: encryption.secret?.[0]?.uuid },
        };
      },
    ),
  );
  return disks.filter((disk) => disk !== undefined);
}

/**
 * The volume of a path, if it is one.
 *
 * @throws {LibvirtError} when the host can't be asked.
 */
export async function volumeAt(host: LibvirtHost, path: string, call: CallOptions): Promise<StorageVolume | undefined> {
  try {
    return await host.connection.lookupStorageVolumeByPath(path, call);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** A volume that is made at a destination, in place of one of the source. */
export interface CopiedVolume {
  readonly disk: MovingDisk;
  readonly from: Volume;
  readonly to: VolumeReference;
}

/** Where the volumes of disks go. */
export function copiesOf(
  disks: readonly MovingDisk[],
  pools: Readonly<Record<string, string>> = {},
): readonly CopiedVolume[] {
  return disks.flatMap((disk) =>
    disk.volume === undefined
      ? []
      : [
          {
            disk,
            from: disk.volume,
            to: { pool: pools[disk.volume.pool] ?? disk.volume.pool, name: disk.volume.name },
          },
        ],
  );
}

/** Makes a volume at the destination; `fill` brings its bytes too, otherwise QEMU does. */
export async function makeCopy(
  source: LibvirtHost,
  destination: LibvirtHost,
  { from, to }: CopiedVolume,
  fill: boolean,
  call: CallOptions,
): Promise<void> {
  const { sizeBytes } = from;
  const format = from.format === 'qcow2' ? 'qcow2' : 'raw';
  // The bytes of an image are written as they are: the volume begins empty and grows with them.
  const volume = await createVolume(
    destination,
    fill ? { ...to, format: 'raw', sizeBytes: 1 } : { ...to, format, sizeBytes },
    call,
  );
  if (!fill) return;
  const stream = await (await findVolume(source, from, call)).download(call);
  await volume.uploadFrom(stream.readable, call);
  await (await findPool(destination, to.pool, call)).refresh(call);
}

/** A domain's XML with its disks at their places at the destination, and with what it says of the volumes made with it. */
export async function relocatedXml(
  destination: LibvirtHost,
  xml: string,
  copies: readonly CopiedVolume[],
  call: CallOptions,
): Promise<string> {
  const root = readXML(xml);
  for (const { disk, to } of copies) {
    const [found] = selectElements(root, `/domain/devices/disk[target/@dev='${disk.device}']`);
    if (found === undefined) continue;
    const isNamed = found.element.attributes['type'] === 'volume';
    const path = await (await findVolume(destination, to, call)).getPath(call);
    const attributes: Record<string, string> = isNamed ? { pool: to.pool, volume: to.name } : { file: path };
    const source: XMLElement = { name: 'source', attributes, children: [] };
    const kept = found.element.children.filter(
      (child) => typeof child === 'string' || (child.name !== 'source' && child.name !== 'backingStore'),
    );
    found.element.children = [source, ...kept];
    if (!isNamed) found.element.attributes['type'] = 'file';
  }
  const names = new Map(copies.map(({ from, to }) => [`${from.pool}/${from.name}`, `${to.pool}/${to.name}`]));
  for (const { element } of selectElements(root, '/domain/metadata/*/*')) {
    const [text] = element.children;
    const name = typeof text === 'string' && element.name.endsWith(':volume') ? names.get(text) : undefined;
    if (name !== undefined) element.children = [name];
  }
  return writeXML(root);
}
