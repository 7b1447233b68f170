import { decodeStreamHole, encodeMessageError, encodeStreamHole } from '../protocol/net-codecs.gen.ts';
import type { MessageError } from '../protocol/net-types.gen.ts';
import type { FrameHead } from '../rpc/frame.ts';
import type { StreamChunk } from '../stream/stream-chunk.ts';
import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';

const streamType = 3;
const holeType = 6;
const ok = 0;
const error = 1;
const proceed = 2;

/** How a client ended its side of a stream. */
export type StreamEnding = 'finished' | 'aborted';

/** A stream as the fake daemon sees it; it answers a client's finish and abort as a daemon does, unless told otherwise. */
export class FakeStream {
  /** What the client sent, in order. */
  readonly received: StreamChunk[] = [];
  /** Resolves when the client has finished or aborted it. */
  readonly ended: Promise<StreamEnding>;
  /** Whether finish and abort are answered. @default true */
  answersEnding = true;

  private readonly sendFrame: (head: Partial<FrameHead>, payload?: Uint8Array) => void;
  private readonly abortReport: MessageError;
  private settle: (ending: StreamEnding) => void = () => {};

  /**
   * @param send - Sends a frame of the stream.
   * @param abortReport - What an aborted client gets to hear.
   */
  constructor(send: (head: Partial<FrameHead>, payload?: Uint8Array) => void, abortReport: MessageError) {
    this.sendFrame = send;
    this.abortReport = abortReport;
    this.ended = new Promise((resolve) => (this.settle = resolve));
  }

  /** All bytes that the client sent, holes as zeros. */
  get content(): Buffer {
    return Buffer.concat(
      this.received.map((chunk) => (chunk.type === 'data' ? chunk.data : Buffer.alloc(chunk.lengthBytes))),
    );
  }

  /** Sends bytes. */
  send(data: Uint8Array): void {
    this.sendFrame({ type: streamType, status: proceed }, data);
  }

  /** Sends a hole. */
  sendHole(lengthBytes: number): void {
    const writer = new XdrWriter(16);
    encodeStreamHole(writer, { length: lengthBytes, flags: 0 });
    this.sendFrame({ type: holeType, status: proceed }, writer.toBuffer());
  }

  /** Says that all was sent. */
  end(): void {
    this.sendFrame({ type: streamType, status: proceed });
  }

  /** Breaks off with an error. */
  fail(report: MessageError): void {
    const writer = new XdrWriter();
    encodeMessageError(writer, report);
    this.sendFrame({ type: streamType, status: error }, writer.toBuffer());
  }

  /** Confirms a client's finish. */
  confirm(): void {
    this.sendFrame({ type: streamType, status: ok });
  }

  /** Takes a frame of the client. */
  accept(head: FrameHead, payload: Buffer): void {
    if (head.type === holeType) {
      this.received.push({ type: 'hole', lengthBytes: decodeStreamHole(new XdrReader(payload)).length });
    } else if (head.status === proceed) {
      this.received.push({ type: 'data', data: payload });
    } else {
      const finished = head.status === ok;
      this.settle(finished ? 'finished' : 'aborted');
      if (this.answersEnding && finished) this.confirm();
      else if (this.answersEnding) this.fail(this.abortReport);
    }
  }
}
