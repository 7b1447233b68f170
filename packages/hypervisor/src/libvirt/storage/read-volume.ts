import type { CallOptions } from '@novacron/core';
import type { StorageVolume } from 'node-libvirt';
import { capacityBytes, parseStorageVolumeXML } from 'node-libvirt/xml';
import type { Volume } from '../../spec/operations/volumes.ts';

/** The volume in the common model. */
export async function readVolume(volume: StorageVolume, call: CallOptions): Promise<Volume> {
  const [xml, info] = await Promise.all([volume.getXMLDesc(call), volume.getInfo(call)]);
  const { target, backingStore, capacity } = parseStorageVolumeXML(xml);
  const secret = target.encryption?.secret?.[0]?.uuid;
  return {
    pool: volume.pool,
    name: volume.name,
    path: target.path ?? volume.key,
    format: target.format?.type ?? 'raw',
    sizeBytes: capacity === undefined ? info.capacityBytes : capacityBytes(capacity),
    allocationBytes: info.allocationBytes,
    ...(backingStore?.path === undefined || backingStore.path === '' ? {} : { backingPath: backingStore.path }),
    ...(target.encryption === undefined ? {} : { encryption: secret === undefined ? {} : { secret } }),
  };
}
