import { frameHeadBytes, maxFrameBytes } from './frame.ts';

/** A length word that no libvirt daemon sends. */
export class FrameLengthError extends Error {
  override readonly name = 'FrameLengthError';
}

const lengthWordBytes = 4;

const initialRoomBytes = 65_536;

/** The most room that is made at once because the frame before needed it: a stream's frames are all of one size. */
const largestUsualBytes = 1_048_576;

/** Takes a whole frame: the bytes from `start` to `end`. A lasting buffer is the frame's own; any other is used again. */
export type FrameListener = (buffer: Buffer, start: number, end: number, lasting: boolean) => void;

/**
 * Cuts a stream of bytes into frames.
 *
 * A frame that lies within one chunk is handed out as a view of it; one that spans chunks is gathered in a buffer that
 * grows with what came. So memory follows the bytes received, never the length that a peer announces.
 */
export class FrameDecoder {
  private readonly onFrame: FrameListener;
  private held: Buffer = Buffer.alloc(0);
  private heldLength = 0;
  private usualBytes = initialRoomBytes;
  /** The length of the frame being gathered; while that is not known, of its length word. */
  private awaited = lengthWordBytes;

  /** @param onFrame - Called with each whole frame; unless its buffer lasts, the bytes are valid only until it returns. */
  constructor(onFrame: FrameListener) {
    this.onFrame = onFrame;
  }

  /** How many bytes of room an unfinished frame takes. */
  get heldBytes(): number {
    return this.held.length;
  }

  /** Takes the next chunk. @throws {FrameLengthError} when a length word is out of range. */
  push(chunk: Buffer): void {
    let start = this.heldLength > 0 ? this.gather(chunk) : 0;
    while (chunk.length - start >= lengthWordBytes) {
      const end = start + checkedLength(chunk.readUInt32BE(start));
      if (end > chunk.length) break;
      this.onFrame(chunk, start, end, false);
      start = end;
    }
    if (start < chunk.length) this.gather(chunk.subarray(start));
  }

  /** Adds bytes to the unfinished frame until it is whole; tells how many it took. */
  private gather(chunk: Buffer): number {
    let taken = 0;
    while (taken < chunk.length) {
      const part = chunk.subarray(taken, taken + this.awaited - this.heldLength);
      this.hold(part);
      taken += part.length;
      if (this.heldLength < this.awaited) break;
      if (this.awaited === lengthWordBytes) {
        this.awaited = checkedLength(this.held.readUInt32BE(0));
        continue;
      }
      const frame = this.held;
      const length = this.awaited;
      this.usualBytes = Math.min(Math.max(initialRoomBytes, length), largestUsualBytes);
      this.held = Buffer.alloc(0);
      this.heldLength = 0;
      this.awaited = lengthWordBytes;
      this.onFrame(frame, 0, length, true);
      break;
    }
    return taken;
  }

  private hold(part: Buffer): void {
    const length = this.heldLength + part.length;
    if (length > this.held.length) {
      const room = Math.min(this.awaited, Math.max(this.usualBytes, 2 * this.held.length, length));
      const grown = Buffer.allocUnsafe(room);
      grown.set(this.held.subarray(0, this.heldLength));
      this.held = grown;
    }
    this.held.set(part, this.heldLength);
    this.heldLength = length;
  }
}

function checkedLength(length: number): number {
  if (length < frameHeadBytes || length > maxFrameBytes) {
    throw new FrameLengthError(`a message of ${length} bytes; expected ${frameHeadBytes} to ${maxFrameBytes}`);
  }
  return length;
}
