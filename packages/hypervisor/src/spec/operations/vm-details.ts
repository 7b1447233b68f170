import type { CallOptions } from '@novacron/core';
import type { Vm } from '../vm.ts';
import type { GuestInfo, GuestNetworkInterface } from './guests.ts';

/** What people say of a machine. What is absent stays as it is. */
export interface VmChanges {
  /** The labels it has from now on; those that are not named are gone. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Free text in one field; empty removes it. */
  readonly description?: string | undefined;
  /** Whose it is; empty removes it. */
  readonly owner?: string | undefined;
  /** What kind it is; empty removes it. */
  readonly category?: string | undefined;
  /** Notes of any length, in lines; empty removes them. */
  readonly notes?: string | undefined;
}

/** How much is told of a machine. */
export interface VmDetailsOptions extends CallOptions {
  /** Ask the agent in its guest too, which takes its time. Needs `capabilities.guestAgent`. @default false */
  readonly guest?: boolean | undefined;
}

/** What a machine's guest tells of itself; what its agent does not tell is absent. */
export interface VmGuest extends GuestInfo {
  /** As the guest sees them. */
  readonly networkInterfaces?: readonly GuestNetworkInterface[] | undefined;
  /** How long its system has been up, in seconds; of Linux. */
  readonly uptimeSeconds?: number | undefined;
}

/** Something long that is being done to a machine; what is not known is absent. */
export interface VmJob {
  /** In libvirt's words: `migration-out`, `backup`, `save`, `dump`. */
  readonly operation: string;
  /** For how long, in milliseconds. */
  readonly elapsedMs: number;
  /** How much there is to do, in bytes; it may grow while the guest writes. */
  readonly totalBytes?: number | undefined;
  /** How much of it is done, in bytes. */
  readonly processedBytes?: number | undefined;
}

/** All there is to know of a machine. What can't be known is absent. */
export interface VmDetails extends Vm {
  /** Why it is in its state, in the hypervisor's words. */
  readonly reason?: string | undefined;
  /** Whether it is started with the host. */
  readonly autostart: boolean;
  /** Whether its memory is saved on disk. */
  readonly savedMemory: boolean;
  /** Whether its definition stays when it goes off. */
  readonly persistent: boolean;
  /** The most CPUs it can have while it runs. */
  readonly maximumVcpus?: number | undefined;
  /** The most memory it can have while it runs, in bytes. */
  readonly maximumMemoryBytes?: number | undefined;
  /** How it boots. */
  readonly firmware?: 'bios' | 'uefi' | undefined;
  /** Its disks and drives. */
  readonly disks: readonly VmDisk[];
  /** Its network interfaces. */
  readonly networkInterfaces: readonly VmNetworkInterface[];
  /** Its screen. */
  readonly graphics?: { readonly type: string; readonly address?: string; readonly port?: number } | undefined;
  /** Whether the guest's agent is there; absent when the machine has no channel for it. */
  readonly agentConnected?: boolean | undefined;
  /** What the guest tells; absent when it is not asked, or its agent does not answer. */
  readonly guest?: VmGuest | undefined;
  /** Since when it is on, epoch milliseconds; absent on libvirt, which does not keep it: see `guest.uptimeSeconds`. */
  readonly startedMs?: number | undefined;
  /** What went wrong with it last, in the hypervisor's words: `vda: no-space`, `crashed`; absent when nothing is known. */
  readonly lastError?: string | undefined;
  /** What is being done to it, by whomever; absent when nothing is. */
  readonly job?: VmJob | undefined;
  /** CPU seconds it has used since it started. */
  readonly cpuTimeSeconds?: number | undefined;
  /** What went wrong last with its disks: `vda: no-space`. */
  readonly diskErrors: readonly string[];
}

/** A disk or drive of a machine. */
export interface VmDisk {
  /** As the guest sees it: `vda`. */
  readonly device: string;
  readonly type: 'disk' | 'cdrom' | 'floppy';
  readonly bus?: string | undefined;
  /** Where its bytes are; absent for an empty drive. */
  readonly source?: string | undefined;
  readonly format?: string | undefined;
  readonly readOnly: boolean;
  /** What the guest sees, in bytes. */
  readonly sizeBytes?: number | undefined;
  /** What it takes on the host, in bytes. */
  readonly allocationBytes?: number | undefined;
}

/** A network interface of a machine. */
export interface VmNetworkInterface {
  readonly macAddress: string;
  readonly model?: string | undefined;
  /** The network, bridge or host device that it is plugged in. */
  readonly network?: string | undefined;
  /** The host's name of it while the machine is on: `vnet0`. */
  readonly device?: string | undefined;
  /** Addresses that DHCP gave it, with prefix length. */
  readonly addresses: readonly string[];
}
