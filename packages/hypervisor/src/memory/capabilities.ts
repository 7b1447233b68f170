import { defineCapabilities, type HypervisorCapabilities } from '../spec/capabilities.ts';

/** What the memory driver can do. */
export const memoryCapabilities: HypervisorCapabilities = defineCapabilities({
  suspend: true,
  stats: true,
  events: true,
  host: true,
  plan: true,
  details: true,
  metadata: true,
  rename: true,
  autostart: true,
  reset: true,
  save: true,
  resize: true,
  devices: true,
  console: true,
  screenshot: true,
  guestAgent: true,
  volumes: true,
  volumeTransfer: true,
  networks: true,
  snapshots: true,
  definitions: true,
  backups: true,
  migration: true,
  liveMigration: true,
});
