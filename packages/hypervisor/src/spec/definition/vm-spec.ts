import type { CloudInitSpec } from './cloud-init-spec.ts';
import type { CpuSpec } from './cpu-spec.ts';
import type { FirmwareSpec, GraphicsSpec, HostDeviceSpec, SharedFolderSpec, WatchdogSpec } from './device-specs.ts';
import type { DiskSpec } from './disk-spec.ts';
import type { MemorySpec } from './memory-spec.ts';
import type { NetworkInterfaceSpec } from './network-interface-spec.ts';
import type { XmlPatch } from './xml-patch.ts';

/** Boot straight from a kernel on the host, without a disk. */
export interface DirectBootSpec {
  /** Path of the kernel on the host. */
  readonly kernel: string;
  /** Path of the initial RAM disk on the host. */
  readonly initrd?: string | undefined;
  /** The kernel's command line. */
  readonly commandLine?: string | undefined;
}

/** What a new virtual machine shall be. Cloud drivers refuse what their vendor has not; each says so at once. */
export interface VmSpec {
  /** Its name, 1 to 250 bytes in UTF-8, without control characters or slashes. */
  readonly name: string;
  /** Virtual CPUs, 1 to 4096. Drivers that sell fixed sizes take `size` instead. @default 1 */
  readonly vcpus?: number | undefined;
  /** Memory in bytes, at least 1 MiB. @default 1 GiB */
  readonly memoryBytes?: number | undefined;
  /** The vendor's name of a fixed size: `t3.micro`. Ignored by drivers without sizes. */
  readonly size?: string | undefined;
  /** The vendor's identifier of the image to start from: `ami-…`. Ignored by drivers without images. */
  readonly image?: string | undefined;
  /** Labels for people and searches. @default none */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Free text in one field, for people. */
  readonly description?: string | undefined;
  /** Whose it is, in any form. */
  readonly owner?: string | undefined;
  /** What kind it is, in any form: `database`, `staging`. */
  readonly category?: string | undefined;
  /**
   * The operating system in the guest: `debian12`, `ubuntu24.04`, `windows11`, `freebsd14`; see `osPresets`. It decides
   * the devices that are not named.
   *
   * @default 'linux'
   */
  readonly os?: string | undefined;
  /** The kind of mainboard: `q35`, `pc`, or a name of the emulator's. @default by operating system, else the emulator's */
  readonly machine?: string | undefined;
  /** How it boots. @default by operating system */
  readonly firmware?: FirmwareSpec | undefined;
  /** A TPM: an emulated one of version 2.0. @default by operating system */
  readonly tpm?: boolean | undefined;
  /** The CPUs in detail. */
  readonly cpu?: CpuSpec | undefined;
  /** The memory in detail. */
  readonly memory?: MemorySpec | undefined;
  /** Disks in the order in which the guest sees them. @default none */
  readonly disks?: readonly DiskSpec[] | undefined;
  /** Network interfaces in the order in which the guest sees them. @default none */
  readonly networks?: readonly NetworkInterfaceSpec[] | undefined;
  /** Boot a kernel from the host rather than a disk. */
  readonly directBoot?: DirectBootSpec | undefined;
  /** What it tries to boot from, in order. @default the firmware's */
  readonly bootOrder?: readonly ('disk' | 'cdrom' | 'network')[] | undefined;
  /** Its screen. @default none; VNC on the host's loopback where the operating system wants one */
  readonly graphics?: GraphicsSpec | 'none' | undefined;
  /** The card of its screen. @default with `graphics` by operating system: 'virtio', or 'vga' */
  readonly video?: 'virtio' | 'qxl' | 'vga' | 'bochs' | 'cirrus' | 'none' | undefined;
  /** A sound card. @default none */
  readonly sound?: 'ich9' | 'ich6' | 'ac97' | 'virtio' | undefined;
  /** What people point and type with. @default a tablet with `graphics` */
  readonly input?: readonly ('tablet' | 'mouse' | 'keyboard')[] | undefined;
  /** A serial console. @default true */
  readonly serial?: boolean | undefined;
  /** A channel for QEMU's guest agent. @default true */
  readonly guestAgent?: boolean | undefined;
  /** A source of random numbers from the host. @default true */
  readonly rng?: boolean | undefined;
  /** Resets a guest that hangs. @default none */
  readonly watchdog?: WatchdogSpec | undefined;
  /** Lets the guest's kernel tell that it panics, and `onCrash` act on it; Linux and Windows have a driver. @default false */
  readonly panic?: boolean | undefined;
  /** Sockets between host and guest, under this number from 3, or a free one. @default none */
  readonly vsock?: number | 'auto' | undefined;
  /** Folders of the host. @default none */
  readonly folders?: readonly SharedFolderSpec[] | undefined;
  /** Devices of the host. @default none */
  readonly hostDevices?: readonly HostDeviceSpec[] | undefined;
  /** What the guest's cloud-init is told at its first boot. */
  readonly cloudInit?: CloudInitSpec | undefined;
  /** What becomes of it when the guest crashes. @default 'destroy' */
  readonly onCrash?: 'destroy' | 'restart' | 'preserve' | 'coredump-destroy' | 'coredump-restart' | undefined;
  /** Changes to the XML of drivers that write XML. */
  readonly xmlPatches?: readonly XmlPatch[] | undefined;
}
