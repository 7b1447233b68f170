/** A disk of a new virtual machine. */
export interface DiskSpec {
  /** Path of an existing image on the host, or the cloud's identifier of a volume. */
  readonly source: string;
  /** How the image is written. @default 'qcow2' */
  readonly format?: 'qcow2' | 'raw' | undefined;
  /** The controller the guest sees. @default 'virtio' */
  readonly bus?: 'virtio' | 'scsi' | 'sata' | undefined;
  /** The guest may not write. @default false */
  readonly readOnly?: boolean | undefined;
}

/** A network interface of a new virtual machine. */
export interface NetworkInterfaceSpec {
  /** Name of the hypervisor's network, or the cloud's identifier of a subnet. */
  readonly network: string;
  /** The card the guest sees. @default 'virtio' */
  readonly model?: 'virtio' | 'e1000' | 'e1000e' | undefined;
  /** Six bytes in hexadecimal: `52:54:00:12:34:56`. @default chosen by the hypervisor */
  readonly macAddress?: string | undefined;
}

/** Boot straight from a kernel on the host, without a disk. */
export interface DirectBootSpec {
  /** Path of the kernel on the host. */
  readonly kernel: string;
  /** Path of the initial RAM disk on the host. */
  readonly initrd?: string | undefined;
  /** The kernel's command line. */
  readonly commandLine?: string | undefined;
}

/** What a new virtual machine shall be. */
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
  /** Free text. */
  readonly description?: string | undefined;
  /** Disks in the order in which the guest sees them. @default none */
  readonly disks?: readonly DiskSpec[] | undefined;
  /** Network interfaces in the order in which the guest sees them. @default none */
  readonly networks?: readonly NetworkInterfaceSpec[] | undefined;
  /** Boot a kernel from the host rather than a disk. */
  readonly directBoot?: DirectBootSpec | undefined;
}
