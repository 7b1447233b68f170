import type { CallOptions, NovaError } from '@novacron/core';

/**
 * The part of a hypervisor that {@link hypervisorSource} reads. `Hypervisor` of `@novacron/hypervisor` fits it, and
 * so does any object of this shape.
 */
export interface ObservedHypervisor {
  /** Which place, for people: `qemu:///system`. */
  readonly name: string;
  /** What it can do. */
  readonly capabilities: {
    /** `vms.stats` reports use. */
    readonly stats: boolean;
    /** A name belongs to one machine at a time. */
    readonly uniqueNames: boolean;
  };
  /** Its virtual machines. */
  readonly vms: {
    /** All machines. */
    list(query?: undefined, options?: CallOptions): Promise<ObservedList<ObservedVm>>;
    /** What the running machines use now. */
    stats(options?: CallOptions): Promise<ObservedList<ObservedVmStats>>;
  };
}

/** Items, and what could not be asked. */
export interface ObservedList<T> {
  /** What was found. */
  readonly items: readonly T[];
  /** What was not; an error's `details.vm` may say which machine it is about. */
  readonly errors: readonly NovaError[];
}

/** A virtual machine. */
export interface ObservedVm {
  /** The hypervisor's stable identifier. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** `running`, or anything else when it does not run. */
  readonly state: string;
}

/** What a virtual machine used, at one moment. */
export interface ObservedVmStats {
  /** Which machine. */
  readonly vmId: string;
  /** Its name. */
  readonly name: string;
  /** When it was measured, epoch milliseconds. */
  readonly timeMs: number;
  /** CPU seconds since the machine started, and the CPUs that it has. */
  readonly cpu?: { readonly timeSeconds: number; readonly vcpus: number } | undefined;
  /** Use of the memory in bytes. */
  readonly memory?:
    | {
        readonly limitBytes: number;
        readonly usageBytes?: number | undefined;
        readonly residentBytes?: number | undefined;
      }
    | undefined;
  /** Use of each disk since the machine started. */
  readonly disks?: readonly ObservedDisk[] | undefined;
  /** Use of each network interface since the machine started. */
  readonly networkInterfaces?: readonly ObservedNetworkInterface[] | undefined;
}

/** Use of a disk. What is not known is absent. */
export interface ObservedDisk {
  /** As the guest sees it: `vda`. */
  readonly device: string;
  /** Bytes read. */
  readonly readBytes?: number | undefined;
  /** Bytes written. */
  readonly writeBytes?: number | undefined;
  /** Read requests. */
  readonly readOperations?: number | undefined;
  /** Write requests. */
  readonly writeOperations?: number | undefined;
}

/** Use of a network interface. What is not known is absent. */
export interface ObservedNetworkInterface {
  /** The host's name of it: `vnet0`. */
  readonly device: string;
  /** Bytes received. */
  readonly receiveBytes?: number | undefined;
  /** Bytes sent. */
  readonly transmitBytes?: number | undefined;
  /** Packets received. */
  readonly receivePackets?: number | undefined;
  /** Packets sent. */
  readonly transmitPackets?: number | undefined;
  /** Receive and send errors. */
  readonly errors?: number | undefined;
}
