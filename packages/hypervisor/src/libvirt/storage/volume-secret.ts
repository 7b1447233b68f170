import type { CallOptions } from '@novacron/core';
import type { Secret, StoragePool } from 'node-libvirt';
import { formatSecretXML, parseSecretXML, parseStoragePoolXML } from 'node-libvirt/xml';
import { HypervisorError } from '../../error.ts';
import type { DiskSpec } from '../../spec/definition/disk-spec.ts';
import { isNotFound, type LibvirtHost } from '../libvirt-host.ts';

/** By its description a secret is known as one that was made with its volume, and goes with it. */
const description = 'NovaCron: made with its volume';
const poolsOfFiles: ReadonlySet<string> = new Set(['dir', 'fs', 'netfs']);

/** A secret that is to be made for a new volume. */
export interface NewSecret {
  readonly uuid: string;
  readonly passphrase: string;
}

/**
 * Has libvirt keep the passphrase of a volume that is about to be made. libvirt itself finds it by the volume's path.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_ALREADY_EXISTS when there is one for this path: a key that may still be needed is
 * never replaced; NOVA_HYPERVISOR_UNSUPPORTED when the pool has no files.
 */
export async function defineVolumeSecret(
  host: LibvirtHost,
  pool: StoragePool,
  name: string,
  { uuid, passphrase }: NewSecret,
  call: CallOptions,
): Promise<void> {
  const { type, target } = parseStoragePoolXML(await pool.getXMLDesc(call));
  if (host.context.domainType === 'test' || !poolsOfFiles.has(type) || target?.path === undefined) {
    throw new HypervisorError({
      kind: 'unsupported',
      message: `Pool ${JSON.stringify(pool.name)} is of the kind ${type}; encrypted volumes are made in pools of files`,
      details: { pool: pool.name, type },
    });
  }
  const path = `${target.path}/${name}`;
  const taken = await secretOf(host, path, call);
  if (taken !== undefined) {
    throw new HypervisorError({
      kind: 'already-exists',
      message: `There is a secret ${taken.uuid} for a volume ${path}`,
      details: { pool: pool.name, volume: name, secret: taken.uuid },
    });
  }
  const xml = formatSecretXML({
    ephemeral: 'no',
    private: 'yes',
    uuid,
    description,
    usage: { type: 'volume', volume: path },
  });
  const secret = await host.connection.defineSecretXML(xml, call);
  await secret.setValue(new TextEncoder().encode(passphrase), call);
}

/** The secret that was made with the volume of this path, if one was. */
export async function ownSecretOf(host: LibvirtHost, path: string, call: CallOptions): Promise<Secret | undefined> {
  const secret = await secretOf(host, path, call);
  if (secret === undefined) return undefined;
  const xml = await secret.getXMLDesc(call).catch(ifNone);
  return xml !== undefined && parseSecretXML(xml).description === description ? secret : undefined;
}

/** Removes a secret; one that is gone is as wanted. */
export async function removeSecret(host: LibvirtHost, uuid: string): Promise<void> {
  const secret = await host.connection.lookupSecretByUUID(uuid).catch(ifNone);
  await secret?.undefine().catch(ifNone);
}

/** Disks whose volumes are made encrypted get the UUIDs of their secrets, which are made under these. */
export function withSecrets<Disk extends DiskSpec>(disks: readonly Disk[]): readonly Disk[] {
  return disks.map((disk) =>
    disk.create?.encryption === undefined ? disk : { ...disk, encryptionSecret: crypto.randomUUID() },
  );
}

async function secretOf(host: LibvirtHost, path: string, call: CallOptions): Promise<Secret | undefined> {
  if (host.context.domainType === 'test') return undefined;
  return host.connection.lookupSecretByUsage('volume', path, call).catch(ifNone);
}

/** Who has none, or may not see them, has made none. */
function ifNone(error: unknown): undefined {
  const { kind } = error as { readonly kind?: unknown };
  if (isNotFound(error) || kind === 'unsupported' || kind === 'permission') return undefined;
  throw error;
}
