/** The virtual CPUs in detail; how many is `vcpus`. */
export interface CpuSpec {
  /**
   * What the guest sees: `host-passthrough`, `host-model`, `maximum`, or a model by name: `Skylake-Server`.
   *
   * @default 'host-model' with KVM; the emulator's default otherwise
   */
  readonly model?: string | undefined;
  /** Features by name that are switched on or off: `{ vmx: 'disable' }`. */
  readonly features?: Readonly<Record<string, 'require' | 'disable' | 'optional' | 'force' | 'forbid'>> | undefined;
  /** How they are arranged; the product is the most CPUs that the machine may have. @default one socket each */
  readonly topology?: CpuTopologySpec | undefined;
  /** The most that CPUs can be added to while it runs, 1 to 4096. @default `vcpus` */
  readonly maximum?: number | undefined;
  /** Which CPUs of the host each virtual one runs on. @default any */
  readonly pinning?: readonly VcpuPinSpec[] | undefined;
  /** Which CPUs of the host everything but the virtual CPUs runs on. @default any */
  readonly emulatorPinning?: readonly number[] | undefined;
  /** Nodes of memory and CPUs that the guest sees; memory of all together is that of the machine. @default none */
  readonly numa?: readonly NumaNodeSpec[] | undefined;
  /** Its weight against other machines, 1 to 10000. @default the hypervisor's */
  readonly shares?: number | undefined;
  /** Part of a host CPU that each virtual one may use, above 0 to 1. @default all */
  readonly limitRatio?: number | undefined;
  /** Threads for the input and output of disks. @default 0 */
  readonly ioThreads?: number | undefined;
}

/** How virtual CPUs are arranged. */
export interface CpuTopologySpec {
  /** Sockets. @default 1 */
  readonly sockets?: number | undefined;
  /** Cores in each socket. @default 1 */
  readonly cores?: number | undefined;
  /** Threads in each core. @default 1 */
  readonly threads?: number | undefined;
}

/** Where one virtual CPU runs. */
export interface VcpuPinSpec {
  /** Which, from 0. */
  readonly vcpu: number;
  /** The host's CPUs, from 0. */
  readonly hostCpus: readonly number[];
}

/** A node of memory and CPUs that the guest sees. */
export interface NumaNodeSpec {
  /** Its virtual CPUs, from 0. */
  readonly vcpus: readonly number[];
  /** Its memory in bytes. */
  readonly memoryBytes: number;
  /** The host's nodes that its memory comes from. @default any */
  readonly hostNodes?: readonly number[] | undefined;
}
