import type { CallOptions } from '@novacron/core';
import type { OperationOptions } from './options.ts';

/** A command in the guest. */
export interface GuestCommand {
  /** The program's path in the guest. */
  readonly path: string;
  /** What it is given, word by word; no shell takes them apart. @default none */
  readonly arguments?: readonly string[] | undefined;
  /** Its environment: `{ LANG: 'C' }`. @default the agent's */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** What it reads. @default nothing */
  readonly input?: string | Uint8Array | undefined;
}

/** What became of a command. */
export interface GuestCommandResult {
  /** What it ended with; absent when a signal ended it. */
  readonly exitCode?: number | undefined;
  /** The number of the signal that ended it. */
  readonly signal?: number | undefined;
  /** What it wrote. */
  readonly stdout: string;
  /** What it complained. */
  readonly stderr: string;
  /** More was written than the agent keeps. */
  readonly truncated: boolean;
}

/** A network interface as the guest sees it. */
export interface GuestNetworkInterface {
  readonly name: string;
  readonly macAddress?: string | undefined;
  /** With prefix length: `192.168.150.20/24`. */
  readonly addresses: readonly string[];
}

/** What the guest tells of itself; what its agent does not tell is absent. */
export interface GuestInfo {
  readonly hostname?: string | undefined;
  /** `Debian GNU/Linux 12 (bookworm)`. */
  readonly osName?: string | undefined;
  readonly kernelRelease?: string | undefined;
  readonly fileSystems?:
    | readonly {
        readonly mountPoint: string;
        readonly type?: string | undefined;
        readonly totalBytes?: number | undefined;
        readonly usedBytes?: number | undefined;
      }[]
    | undefined;
}

/**
 * What the guest does by its agent. Needs `capabilities.guestAgent`. Without a running agent everything but
 * {@link GuestOperations.waitForAgent} is NOVA_HYPERVISOR_UNAVAILABLE.
 */
export interface GuestOperations {
  /** Waits until the agent answers: the guest has booted. Give it a `timeoutMs`. */
  waitForAgent(vm: string, options?: CallOptions): Promise<void>;
  /** Runs a program and waits for its end. Aborting stops waiting; the program goes on. */
  execute(vm: string, command: GuestCommand, options?: OperationOptions): Promise<GuestCommandResult>;
  /**
   * A file's bytes.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_CAPACITY when it has more than `limitBytes` (default 16 MiB).
   */
  readFile(
    vm: string,
    path: string,
    options?: CallOptions & { readonly limitBytes?: number | undefined },
  ): Promise<Uint8Array>;
  /** Writes a file anew. */
  writeFile(vm: string, path: string, content: string | Uint8Array, options?: OperationOptions): Promise<void>;
  /** Its network interfaces and addresses; from DHCP leases when no agent answers. */
  addresses(vm: string, options?: CallOptions): Promise<readonly GuestNetworkInterface[]>;
  /** What it tells of itself. */
  info(vm: string, options?: CallOptions): Promise<GuestInfo>;
  /** Stops all writing to file systems until {@link GuestOperations.thaw}. @returns how many file systems. */
  freeze(vm: string, options?: OperationOptions): Promise<number>;
  /** Lets writing go on. @returns how many file systems. */
  thaw(vm: string, options?: OperationOptions): Promise<number>;
  /** Gives blocks that are free back to the host. */
  trim(vm: string, options?: OperationOptions): Promise<void>;
  /** Sets a user's password. */
  setPassword(vm: string, user: string, password: string, options?: OperationOptions): Promise<void>;
  /** The guest's clock, epoch milliseconds. */
  getTime(vm: string, options?: CallOptions): Promise<number>;
  /** Sets the guest's clock, to the host's when no time is given. */
  setTime(vm: string, timeMs?: number, options?: OperationOptions): Promise<void>;
}
