import type { VolumeReference } from '../definition/disk-spec.ts';
import type { OperationOptions } from './options.ts';

/** How much a machine shall have; what is absent stays as it is. */
export interface VmSize {
  /** Virtual CPUs. */
  readonly vcpus?: number | undefined;
  /** Memory in bytes. */
  readonly memoryBytes?: number | undefined;
}

/** What became of a resize: at once, or from the next start because the machine can't while it runs. */
export interface VmResize {
  /** When the CPUs change; absent when they were not to. */
  readonly vcpus?: 'now' | 'next-start' | undefined;
  /** When the memory changes; absent when it was not to. */
  readonly memory?: 'now' | 'next-start' | undefined;
}

/** What is put into a drive: a path on the host, or a volume. */
export type MediaSource = string | VolumeReference;

/** How a console is opened. */
export interface ConsoleOptions extends OperationOptions {
  /** Take it from whoever has it open. @default false: then it is NOVA_HYPERVISOR_CONFLICT */
  readonly force?: boolean | undefined;
}

/** A console. Its reading side ends when the machine does. */
export interface ConsoleStream extends AsyncDisposable {
  /** What the guest writes. */
  readonly readable: ReadableStream<Uint8Array>;
  /** What the guest reads. */
  readonly writable: WritableStream<Uint8Array>;
  /** Lets go of it. Calling it again does nothing. */
  close(): Promise<void>;
}

/** A picture of a screen. */
export interface Screenshot {
  /** `image/png` or `image/x-portable-pixmap`. */
  readonly mimeType: string;
  readonly data: Uint8Array;
}
