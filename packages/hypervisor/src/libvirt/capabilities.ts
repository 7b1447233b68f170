import { defineCapabilities, type HypervisorCapabilities } from '../spec/capabilities.ts';

/**
 * What the libvirt driver can do on a host.
 *
 * @param domainType - What the host runs: `kvm`, `qemu`; libvirt's own `test` driver measures nothing, and has no guests.
 */
export function libvirtCapabilities(domainType: string): HypervisorCapabilities {
  const real = domainType !== 'test';
  return defineCapabilities({
    suspend: true,
    stats: real,
    events: true,
    host: true,
    plan: true,
    details: true,
    metadata: true,
    rename: real,
    autostart: true,
    reset: real,
    save: true,
    resize: real,
    devices: real,
    console: real,
    screenshot: real,
    guestAgent: real,
    volumes: true,
    volumeTransfer: real,
    networks: true,
    snapshots: true,
    definitions: real,
    backups: real,
    migration: real,
    liveMigration: real,
  });
}
