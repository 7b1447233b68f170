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
  /** `host.info` describes one physical machine. @default false */
  readonly host: boolean;
  /** A running machine can move to another host. @default false */
  readonly liveMigration: boolean;
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
  host: false,
  liveMigration: false,
});

/** A full set of flags from those that differ from the default. */
export function defineCapabilities(flags: Partial<HypervisorCapabilities>): HypervisorCapabilities {
  return Object.freeze({ ...defaultCapabilities, ...flags });
}
