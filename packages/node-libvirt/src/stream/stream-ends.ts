import type { StreamChunk } from './stream-chunk.ts';

/** Both ends of a stream, as its views use them. */
export interface StreamEnds {
  /** The next bytes or hole; `undefined` at the end. */
  receive(): Promise<StreamChunk | undefined>;
  /** Sends bytes. */
  send(data: Uint8Array): Promise<void>;
  /** Says that all was sent, and waits for the daemon's word. */
  finish(): Promise<void>;
  /** Breaks it off. */
  abort(reason?: unknown): Promise<void>;
}
