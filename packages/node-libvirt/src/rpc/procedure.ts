import type { XdrReader } from '../xdr/reader.ts';
import type { XdrWriter } from '../xdr/writer.ts';

/** One procedure of libvirt's protocol: its numbers and how its arguments and its answer are written. */
export interface Procedure<Args = unknown, Ret = unknown> {
  /** The program's number: `0x20008086` for `remote`. */
  readonly program: number;
  readonly version: number;
  /** The procedure's number within the program. */
  readonly number: number;
  /** The name under `connection.raw`. */
  readonly name: string;
  /** `high` when the daemon promises never to wait for a guest or a monitor in it. */
  readonly priority: 'high' | 'low';
  /** What belongs to the call besides its arguments: nothing, a byte stream, or file descriptors. */
  readonly carries: 'data' | 'read-stream' | 'write-stream' | 'descriptors';
  readonly encode: ((writer: XdrWriter, args: Args) => void) | undefined;
  readonly decode: ((reader: XdrReader) => Ret) | undefined;
}

/** A procedure that opens a stream of bytes. */
export interface StreamProcedure<Args = unknown, Ret = unknown> extends Procedure<Args, Ret> {
  /** Which way the bytes go, as the protocol has it; a console's go both ways all the same. */
  readonly carries: 'read-stream' | 'write-stream';
}

/** A message that the daemon sends on its own. */
export interface EventMessage<Message = unknown> {
  readonly program: number;
  readonly version: number;
  readonly number: number;
  readonly name: string;
  readonly decode: (reader: XdrReader) => Message;
}
