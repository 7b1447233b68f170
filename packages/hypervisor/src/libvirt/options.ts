import type { CallOptions, Clock } from '@novacron/core';

/** How a libvirt host is reached and used. */
export interface LibvirtOptions extends CallOptions {
  /** Times polls and waits, and stamps measurements. @default the system's clock */
  readonly clock?: Clock | undefined;
  /**
   * Which accelerator new machines use: `kvm`, or `qemu` for emulation.
   *
   * @default what the host's capabilities offer: `kvm` where the host has it
   */
  readonly domainType?: 'kvm' | 'qemu' | undefined;
  /** How many changes are made at once, 1 or more; further ones wait. Reads don't count. @default 16 */
  readonly maxConcurrentChanges?: number | undefined;
  /**
   * How long an operation that failed goes on to take back what it has made, while the daemon is away or busy, in
   * milliseconds. What is left then is named in its error, as `details.leftBehind`.
   *
   * @default 30_000
   */
  readonly recoveryTimeoutMs?: number | undefined;
}
