import { defineCapabilities, type HypervisorCapabilities } from '../spec/capabilities.ts';

/**
 * What the libvirt driver can do on a host.
 *
 * @param domainType - What the host runs: `kvm`, `qemu`; libvirt's own `test` driver measures nothing, and has no guests.
 * @param revertsExternalMemory - It goes back to external snapshots with memory: libvirt 9.9 or later.
 */
export function libvirtCapabilities(domainType: string, revertsExternalMemory = false): HypervisorCapabilities {
  const real = domainType !== 'test';
  return defineCapabilities({
    suspend: true,
    stats: real,
    events: true,
    steps: true,
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
    volumeEncryption: real,
    networks: true,
    filters: real,
    snapshots: true,
    externalMemorySnapshots: real && revertsExternalMemory,
    definitions: real,
    backups: real,
    migration: real,
    liveMigration: real,
  });
}
