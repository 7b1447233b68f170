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
}
