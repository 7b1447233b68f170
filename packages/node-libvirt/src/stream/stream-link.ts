import type { Clock } from '../rpc/clock.ts';

/** What a stream asks of the channel that it runs on. */
export interface StreamLink {
  /** The name of the call that opened it, for messages. */
  readonly procedure: string;
  readonly clock: Clock;
  /** Sends a message of the stream; resolves when the kernel has it. */
  send(type: number, status: number, payload?: Uint8Array): Promise<void>;
  /** Asks the daemon to wait, by not reading what it sends. */
  pause(): void;
  /** Lets it go on. */
  resume(): void;
  /** Keeps the process alive while somebody waits. */
  hold(change: 1 | -1): void;
  /** The daemon will send nothing more: forget the stream. */
  release(): void;
}
