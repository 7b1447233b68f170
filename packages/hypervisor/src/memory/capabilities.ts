import { defineCapabilities, type HypervisorCapabilities } from '../spec/capabilities.ts';

/** What the memory driver can do. */
export const memoryCapabilities: HypervisorCapabilities = defineCapabilities({
  suspend: true,
  stats: true,
  events: true,
  host: true,
});
