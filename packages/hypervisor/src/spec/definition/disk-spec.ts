import type { UploadSource } from './upload-source.ts';

/** A disk of a virtual machine. Exactly one of `source`, `volume` and `create` says where its bytes are. */
export interface DiskSpec {
  /** Path of an existing image on the host, or the cloud's identifier of a volume. */
  readonly source?: string | undefined;
  /** An existing volume of a pool. Needs `capabilities.volumes`. */
  readonly volume?: VolumeReference | undefined;
  /** A volume that is made with the machine, and taken away again when the machine can't be made. */
  readonly create?: NewDiskSpec | undefined;
  /** A disk, or a drive for media that can be changed. @default 'disk' */
  readonly device?: 'disk' | 'cdrom' | undefined;
  /** How the image is written. @default 'qcow2'; 'raw' for a CD-ROM */
  readonly format?: 'qcow2' | 'raw' | undefined;
  /** The controller the guest sees. @default by operating system: 'virtio', or 'sata' where a guest has no driver */
  readonly bus?: 'virtio' | 'scsi' | 'sata' | 'usb' | undefined;
  /** The guest may not write. @default false */
  readonly readOnly?: boolean | undefined;
  /** How the host caches it. @default the hypervisor's */
  readonly cache?: 'none' | 'writeback' | 'writethrough' | 'directsync' | 'unsafe' | undefined;
  /** How the host reads and writes it. @default the hypervisor's */
  readonly io?: 'native' | 'threads' | 'io_uring' | undefined;
  /** What becomes of blocks that the guest frees: `unmap` gives the room back. @default 'unmap' on virtio and SCSI */
  readonly discard?: 'unmap' | 'ignore' | undefined;
  /** What the guest meets when the host can't read or write. @default the hypervisor's: it is paused when the room runs out */
  readonly onError?: 'stop' | 'report' | 'ignore' | 'enospace' | undefined;
  /** How much it may do. @default no limit */
  readonly limits?: DiskLimits | undefined;
  /** The serial number the guest sees, 1 to 20 characters. */
  readonly serial?: string | undefined;
  /**
   * The UUID of the hypervisor's secret that holds the passphrase of a LUKS image: `Volume.encryption.secret`. A disk that is
   * made with `create.encryption` has one by itself.
   */
  readonly encryptionSecret?: string | undefined;
}

/** A volume by the pool it is in and its name. */
export interface VolumeReference {
  /** The pool's name. */
  readonly pool: string;
  /** The volume's name in it. */
  readonly name: string;
}

/** That what a volume holds is encrypted (LUKS), and how it is opened. */
export interface VolumeEncryption {
  /**
   * 1 to 512 bytes of UTF-8. The hypervisor keeps it as a secret of its own that goes with the volume; it stands in no
   * definition, error or audit record, and no operation gives it back.
   */
  readonly passphrase: string;
}

/** A volume that is made for a disk. Without `image`, `backing` and `upload` it is blank. */
export interface NewDiskSpec {
  /** The pool it is made in. */
  readonly pool: string;
  /** Its name. @default the machine's name, a hyphen, the disk's device and the format: `web-1-vda.qcow2` */
  readonly name?: string | undefined;
  /** Its size in bytes; may be left out with an image, whose size it has then at least. */
  readonly sizeBytes?: number | undefined;
  /** It begins as a full copy of this volume. */
  readonly image?: VolumeReference | undefined;
  /** It begins as this volume and keeps only what changes: quick to make, but the volume must stay as it is. */
  readonly backing?: VolumeReference | undefined;
  /** It is filled with these bytes. */
  readonly upload?: UploadSource | undefined;
  /** What it holds is encrypted; not with `upload`. Needs `capabilities.volumeEncryption`. @default not encrypted */
  readonly encryption?: VolumeEncryption | undefined;
}

/** What a disk may do at most; absent is without limit. A total goes with no limit of its own for reads or writes. */
export interface DiskLimits {
  /** Requests a second, reads and writes together. */
  readonly operationsPerSecond?: number | undefined;
  /** Read requests a second. */
  readonly readOperationsPerSecond?: number | undefined;
  /** Write requests a second. */
  readonly writeOperationsPerSecond?: number | undefined;
  /** Bytes a second, reads and writes together. */
  readonly bytesPerSecond?: number | undefined;
  /** Bytes read a second. */
  readonly readBytesPerSecond?: number | undefined;
  /** Bytes written a second. */
  readonly writeBytesPerSecond?: number | undefined;
}
