import {
  VIR_NET_MESSAGE_HEADER_MAX,
  VIR_NET_MESSAGE_LEN_MAX,
  VIR_NET_MESSAGE_MAX,
} from '../protocol/net-constants.gen.ts';

/** The bytes before a message's payload: the length word and the header. */
export const frameHeadBytes: number = VIR_NET_MESSAGE_LEN_MAX + VIR_NET_MESSAGE_HEADER_MAX;

/** The largest length word: 32 MiB of message and the word itself. */
export const maxFrameBytes: number = VIR_NET_MESSAGE_MAX + VIR_NET_MESSAGE_LEN_MAX;

/** A message's head. */
export interface FrameHead {
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  /** `VIR_NET_CALL`, `VIR_NET_REPLY`, `VIR_NET_MESSAGE`, ... */
  readonly type: number;
  readonly serial: number;
  /** `VIR_NET_OK`, `VIR_NET_ERROR` or `VIR_NET_CONTINUE`. */
  readonly status: number;
}

/** Reads the head of a whole frame that starts at `at`. */
export function readFrameHead(buffer: Buffer, at: number): FrameHead {
  return {
    program: buffer.readUInt32BE(at + 4),
    version: buffer.readUInt32BE(at + 8),
    procedure: buffer.readInt32BE(at + 12),
    type: buffer.readUInt32BE(at + 16),
    serial: buffer.readUInt32BE(at + 20),
    status: buffer.readUInt32BE(at + 24),
  };
}

/** A whole frame without payload. */
export function emptyFrame(head: FrameHead): Buffer {
  const frame = Buffer.allocUnsafe(frameHeadBytes);
  writeFrameHead(frame, frameHeadBytes, head);
  return frame;
}

/** Writes the length word and the head at the start of a frame of `length` bytes. */
export function writeFrameHead(frame: Buffer, length: number, head: FrameHead): void {
  frame.writeUInt32BE(length, 0);
  frame.writeUInt32BE(head.program, 4);
  frame.writeUInt32BE(head.version, 8);
  frame.writeInt32BE(head.procedure, 12);
  frame.writeUInt32BE(head.type, 16);
  frame.writeUInt32BE(head.serial, 20);
  frame.writeUInt32BE(head.status, 24);
}
