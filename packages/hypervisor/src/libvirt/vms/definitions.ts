import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import { readXML, writeXML, type XMLElement } from 'node-libvirt/xml';
import { HypervisorError } from '../../error.ts';
import type { DefineVmOptions, VmDefinition } from '../../spec/operations/definitions.ts';
import type { Volume } from '../../spec/operations/volumes.ts';
import { assertDefinition } from '../../validate/check-definition.ts';
import { selectElements } from '../definition/select-elements.ts';
import type { LibvirtHost } from '../libvirt-host.ts';
import { metadataElement, readMetadata } from '../metadata.ts';
import { movingDisks } from '../migration/migration-disks.ts';
import { findVolume } from '../storage/find-volume.ts';
import { readVolume } from '../storage/read-volume.ts';
import { findElement, parseXml } from '../xml.ts';

/** What a domain is defined as, as it will be at its next start. */
export async function readDefinition(host: LibvirtHost, domain: Domain, call: CallOptions): Promise<VmDefinition> {
  const [text, disks] = await Promise.all([
    domain.getXMLDesc({ ...call, inactive: true }),
    movingDisks(host, domain, call),
  ]);
  return {
    driver: 'libvirt',
    name: domain.name,
    text,
    disks: disks.map(({ device, readOnly, volume }) => ({
      device,
      readOnly,
      format: volume?.format === 'qcow2' ? 'qcow2' : 'raw',
      ...(volume === undefined
        ? {}
        : { volume: { pool: volume.pool, name: volume.name }, sizeBytes: volume.sizeBytes }),
    })),
  };
}

/**
 * Defines a domain after another one's definition.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when it is another driver's, or a disk that is written to gets no
 * volume.
 */
export async function defineFrom(
  host: LibvirtHost,
  definition: VmDefinition,
  { name = definition.name, volumes = {}, identity = 'new', signal }: DefineVmOptions,
): Promise<Domain> {
  const call = { signal };
  assertDefinition('libvirt', definition, { name, volumes });
  const root = readXML(definition.text);
  if (root.name !== 'domain') {
    throw new HypervisorError({
      kind: 'invalid',
      message: `The definition of VM ${JSON.stringify(definition.name)} is no domain XML but <${root.name}>`,
    });
  }
  if (identity === 'new') forgetIdentity(root);
  const [named] = selectElements(root, '/domain/name');
  if (named !== undefined) named.element.children = [name];
  for (const [device, reference] of Object.entries(volumes)) {
    plugIn(root, device, await readVolume(await findVolume(host, reference, call), call));
  }
  // What is said of it stays, but it is another machine with volumes of its own.
  const { clientToken: _, ...said } = readMetadata(findElement(parseXml(definition.text), 'metadata'));
  const own = metadataElement({
    ...said,
    createdMs: host.clock.now(),
    volumes: Object.values(volumes).map((volume) => `${volume.pool}/${volume.name}`),
  });
  root.children = [...root.children.filter((child) => typeof child === 'string' || child.name !== 'metadata'), own];
  return host.connection.defineDomainXML(writeXML(root), call);
}

/** What no two machines may share. */
function forgetIdentity(root: XMLElement): void {
  for (const path of ['/domain/uuid', '/domain/genid', '/domain/os/nvram', '/domain/devices/interface/mac']) {
    for (const { element, parent } of selectElements(root, path)) {
      if (parent !== undefined) parent.children = parent.children.filter((child) => child !== element);
    }
  }
  for (const { element } of selectElements(root, '/domain/devices/interface/target')) delete element.attributes['dev'];
  for (const { element } of selectElements(root, '/domain/devices/vsock/cid')) {
    element.attributes['auto'] = 'yes';
    delete element.attributes['address'];
  }
}

function plugIn(root: XMLElement, device: string, { pool, name, format, encryption }: Volume): void {
  const [disk] = selectElements(root, `/domain/devices/disk[target/@dev='${device}']`);
  if (disk === undefined) return;
  disk.element.attributes['type'] = 'volume';
  const source: XMLElement = { name: 'source', attributes: { pool, volume: name }, children: [] };
  const secret = encryption?.secret;
  const opened: XMLElement[] =
    secret === undefined
      ? []
      : [
          {
            name: 'encryption',
            attributes: { format: 'luks' },
            children: [{ name: 'secret', attributes: { type: 'passphrase', uuid: secret }, children: [] }],
          },
        ];
  disk.element.children = [
    source,
    ...disk.element.children.filter(
      (child) => typeof child === 'string' || !['source', 'backingStore', 'encryption'].includes(child.name),
    ),
    ...opened,
  ];
  for (const child of disk.element.children)
    if (typeof child === 'object' && child.name === 'driver') child.attributes['type'] = format;
}
