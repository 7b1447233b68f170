import type { StreamChunk } from './stream-chunk.ts';

/** Above this many bytes that nobody takes, the daemon is asked to wait. */
export const highWaterBytes: number = 1024 * 1024;

/** More than this many are never kept. */
export const overflowBytes: number = 64 * 1024 * 1024;

/** Below this many it may go on. */
export const lowWaterBytes: number = 256 * 1024;

/** A hole needs no room, but a daemon that sends nothing else must wait as well. */
const holeWeightBytes = 1024;

/** What came on a stream and was not taken yet, with its weight in bytes. */
export class IncomingChunks {
  private chunks: StreamChunk[] = [];
  private head = 0;
  private weight = 0;

  /** Bytes that wait; a hole counts as 1 KiB. */
  get waitingBytes(): number {
    return this.weight;
  }

  /** Adds a chunk at the end. */
  push(chunk: StreamChunk): void {
    this.chunks.push(chunk);
    this.weight += weigh(chunk);
  }

  /** Takes the first chunk. */
  take(): StreamChunk | undefined {
    const chunk = this.chunks[this.head];
    if (chunk === undefined) return undefined;
    this.weight -= weigh(chunk);
    this.head++;
    if (this.head === this.chunks.length || this.head > 64) {
      this.chunks = this.chunks.slice(this.head);
      this.head = 0;
    }
    return chunk;
  }

  /** Forgets all. */
  clear(): void {
    this.chunks = [];
    this.head = 0;
    this.weight = 0;
  }
}

function weigh(chunk: StreamChunk): number {
  return chunk.type === 'data' ? chunk.data.length : holeWeightBytes;
}
