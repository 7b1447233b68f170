/**
 * What a driver can do. A caller asks here first and never has to catch "not supported" to find out; who calls all
 * the same gets NOVA_HYPERVISOR_UNSUPPORTED.
 * Every flag that a driver does not name is the default of {@link defaultCapabilities}.
 */
export interface HypervisorCapabilities {
  /** `vms.create` makes new machines. @default true */
  readonly create: boolean;
  /** `vms.suspend` and `vms.resume` stop and continue the CPUs with the memory kept. @default false */
  readonly suspend: boolean;
  /** `vms.reboot` without force asks the guest to restart by itself. @default true */
  readonly gracefulReboot: boolean;
  /** `vms.stop` without force asks the guest to shut down and can wait for it. @default true */
  readonly gracefulStop: boolean;
  /** `vms.stop` with force cuts the power at once. @default true */
  readonly forcedStop: boolean;
  /** A name belongs to one machine at a time: a second create is `already-exists`. @default true */
  readonly uniqueNames: boolean;
  /** `vms.create` with the same `clientToken` makes one machine, however often it is called. @default true */
  readonly clientTokens: boolean;
  /** `vms.stats` reports CPU, memory, disk and network use. @default false */
  readonly stats: boolean;
  /** `events()` is told by the hypervisor rather than found by polling. @default false */
  readonly events: boolean;
  /** Every change that succeeds tells `onStep` something. @default false */
  readonly steps: boolean;
  /** `host.info` describes one physical machine. @default false */
  readonly host: boolean;
  /** A running machine can move to another host. @default false */
  readonly liveMigration: boolean;
  /** `vms.plan` tries a specification out, and `vms.create` takes all of it. @default false */
  readonly plan: boolean;
  /** `vms.details` tells all there is to know. @default false */
  readonly details: boolean;
  /** `vms.update` changes tags, description, owner, category and notes. @default false */
  readonly metadata: boolean;
  /** `vms.rename` gives another name. @default false */
  readonly rename: boolean;
  /** `vms.setAutostart` starts a machine with the host. @default false */
  readonly autostart: boolean;
  /** `vms.reset` is there. @default false */
  readonly reset: boolean;
  /** `vms.save` keeps the memory on disk. @default false */
  readonly save: boolean;
  /** `vms.resize` changes CPUs and memory. @default false */
  readonly resize: boolean;
  /** Disks, network interfaces and media come and go while a machine is on or off. @default false */
  readonly devices: boolean;
  /** `vms.openConsole` gives the serial console. @default false */
  readonly console: boolean;
  /** `vms.screenshot` gives a picture of the screen. @default false */
  readonly screenshot: boolean;
  /** `guests` reaches the agent in a guest. @default false */
  readonly guestAgent: boolean;
  /** `pools` and `volumes` are there, and disks can be made with a machine. @default false */
  readonly volumes: boolean;
  /** Bytes can be written into volumes and read from them. @default false */
  readonly volumeTransfer: boolean;
  /** Volumes can be made that are encrypted, with secrets of their own. @default false */
  readonly volumeEncryption: boolean;
  /** `networks` is there. @default false */
  readonly networks: boolean;
  /** `filters` defines what interfaces may send and receive. @default false */
  readonly filters: boolean;
  /** `snapshots` is there. @default false */
  readonly snapshots: boolean;
  /** External snapshots keep memory too; libvirt 9.9 or later, which can go back to them. @default false */
  readonly externalMemorySnapshots: boolean;
  /** `migrations` moves machines to another host of the same driver. @default false */
  readonly migration: boolean;
  /** `vms.definition` and `vms.define` are there: machines can be cloned, exported and restored. @default false */
  readonly definitions: boolean;
  /** `backups` makes images of disks at one moment, in full and of what has changed. @default false */
  readonly backups: boolean;
}

/** The value of every flag that a driver does not name. */
export const defaultCapabilities: HypervisorCapabilities = Object.freeze({
  create: true,
  suspend: false,
  gracefulReboot: true,
  gracefulStop: true,
  forcedStop: true,
  uniqueNames: true,
  clientTokens: true,
  stats: false,
  events: false,
  steps: false,
  host: false,
  liveMigration: false,
  plan: false,
  details: false,
  metadata: false,
  rename: false,
  autostart: false,
  reset: false,
  save: false,
  resize: false,
  devices: false,
  console: false,
  screenshot: false,
  guestAgent: false,
  volumes: false,
  volumeTransfer: false,
  volumeEncryption: false,
  networks: false,
  filters: false,
  snapshots: false,
  externalMemorySnapshots: false,
  migration: false,
  definitions: false,
  backups: false,
});

/** A full set of flags from those that differ from the default. */
export function defineCapabilities(flags: Partial<HypervisorCapabilities>): HypervisorCapabilities {
  return Object.freeze({ ...defaultCapabilities, ...flags });
}
