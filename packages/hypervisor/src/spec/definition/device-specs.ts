/** How the machine's screen is reached. */
export interface GraphicsSpec {
  /** The protocol. */
  readonly type: 'vnc' | 'spice';
  /** The address of the host that it listens on. @default '127.0.0.1' */
  readonly listen?: string | undefined;
  /** Its port, 5900 to 65535. @default a free one */
  readonly port?: number | undefined;
  /** What a viewer must know, 1 to 8 characters for VNC. Never shown again. @default none */
  readonly password?: string | undefined;
}

/** A folder of the host that the guest can mount (virtiofs). */
export interface SharedFolderSpec {
  /** The folder on the host. */
  readonly hostPath: string;
  /** What the guest mounts it by: `mount -t virtiofs TAG /mnt`. */
  readonly tag: string;
  /** The guest may not write. @default false */
  readonly readOnly?: boolean | undefined;
}

/** A device of the host that the guest gets for itself. */
export type HostDeviceSpec =
  | {
      readonly type: 'pci';
      /** Domain, bus, slot and function: `0000:3b:00.0`. */
      readonly address: string;
      /** A ROM file that is shown instead of the device's own; some graphics cards need it. */
      readonly romFile?: string | undefined;
    }
  | {
      /** A part of a mediated device: a vGPU. */
      readonly type: 'mdev';
      /** The part's UUID. */
      readonly uuid: string;
      /** It is the machine's screen. @default false */
      readonly display?: boolean | undefined;
    }
  | {
      readonly type: 'usb';
      /** Four hexadecimal digits: `046d`. */
      readonly vendorId: string;
      /** Four hexadecimal digits: `c52b`. */
      readonly productId: string;
    };

/** What the host does when the guest hangs. */
export interface WatchdogSpec {
  /** @default 'reset' */
  readonly action?: 'reset' | 'shutdown' | 'poweroff' | 'pause' | 'none' | 'inject-nmi' | undefined;
}

/** How the machine boots. */
export interface FirmwareSpec {
  /** @default 'bios'; 'uefi' where the operating system wants it */
  readonly type?: 'bios' | 'uefi' | undefined;
  /** Only boot what is signed; needs UEFI. @default by operating system */
  readonly secureBoot?: boolean | undefined;
}
