import type { VmState } from './vm-state.ts';

/** What one virtual machine used, at one moment. What can't be measured is absent, never 0. */
export interface VmStats {
  /** Which machine. */
  readonly vmId: string;
  /** Its name. */
  readonly name: string;
  /** Its state at that moment. */
  readonly state: VmState;
  /** When it was measured, epoch milliseconds. */
  readonly timeMs: number;
  /** Use of the CPUs. */
  readonly cpu?: CpuStats | undefined;
  /** Use of the memory. */
  readonly memory?: MemoryStats | undefined;
  /** Each disk. */
  readonly disks?: readonly DiskStats[] | undefined;
  /** Each network interface. */
  readonly networkInterfaces?: readonly NetworkInterfaceStats[] | undefined;
}

/** Use of the CPUs. Absent as a whole when either is not known. */
export interface CpuStats {
  /** CPU seconds used since the machine started, all CPUs together; starts again at 0 with the machine. */
  readonly timeSeconds: number;
  /** Virtual CPUs that it has now. */
  readonly vcpus: number;
}

/** Use of the memory. */
export interface MemoryStats {
  /** What the guest can use, in bytes. */
  readonly limitBytes: number;
  /** What the guest uses without its caches, in bytes; only when the guest reports it. */
  readonly usageBytes?: number | undefined;
  /** What the machine's process holds on the host, in bytes. */
  readonly residentBytes?: number | undefined;
}

/** Use of one disk, counted since the machine started. */
export interface DiskStats {
  /** As the guest sees it: `vda`. */
  readonly device: string;
  /** Bytes read. */
  readonly readBytes: number;
  /** Bytes written. */
  readonly writeBytes: number;
  /** Read requests. */
  readonly readOperations?: number | undefined;
  /** Write requests. */
  readonly writeOperations?: number | undefined;
}

/** Use of one network interface, counted since the machine started, from the guest's point of view. */
export interface NetworkInterfaceStats {
  /** The host's name of it: `vnet0`. */
  readonly device: string;
  /** Bytes received. */
  readonly receiveBytes: number;
  /** Bytes sent. */
  readonly transmitBytes: number;
  /** Packets received. */
  readonly receivePackets?: number | undefined;
  /** Packets sent. */
  readonly transmitPackets?: number | undefined;
  /** Receive and send errors. */
  readonly errors?: number | undefined;
}
