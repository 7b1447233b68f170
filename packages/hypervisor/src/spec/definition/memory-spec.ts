/** The memory in detail; how much is `memoryBytes`. */
export interface MemorySpec {
  /** What the machine begins with, when that is less than `memoryBytes`: the balloon holds the rest. @default `memoryBytes` */
  readonly currentBytes?: number | undefined;
  /** What memory can be plugged in up to while it runs; needs `cpu.numa`. @default none */
  readonly maximumBytes?: number | undefined;
  /** How many pieces can be plugged in, 1 to 256. @default 16 with `maximumBytes` */
  readonly slots?: number | undefined;
  /** A balloon that takes memory back and reports the guest's use every second. @default true */
  readonly balloon?: boolean | undefined;
  /** Backed by huge pages of the host: `true` for its default size, or their size in bytes. @default false */
  readonly hugepages?: boolean | number | undefined;
  /** Never swapped by the host. @default false */
  readonly locked?: boolean | undefined;
  /** Shared with other processes of the host: folders and vhost-user devices need it. @default with `folders` */
  readonly shared?: boolean | undefined;
}
