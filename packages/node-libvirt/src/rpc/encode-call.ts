import { clientError } from '../error/libvirt-error.ts';
import { VIR_NET_CALL, VIR_NET_OK } from '../protocol/net-constants.gen.ts';
import { XdrError } from '../xdr/xdr-error.ts';
import { XdrWriter } from '../xdr/writer.ts';
import { frameHeadBytes, maxFrameBytes, writeFrameHead } from './frame.ts';
import type { Procedure } from './procedure.ts';

const writer = new XdrWriter(4096);

/**
 * The frame that calls a procedure.
 *
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID when the arguments do not fit the protocol,
 * LIBVIRT_PROCEDURE_UNSUPPORTED when the call carries file descriptors.
 */
export function encodeCall<Args>(procedure: Procedure<Args>, args: Args, serial: number): Buffer {
  const { name, carries } = procedure;
  if (carries === 'descriptors') {
    const message = `${name} carries file descriptors, which Node.js cannot pass`;
    throw clientError('LIBVIRT_PROCEDURE_UNSUPPORTED', 'unsupported', message, { procedure: name });
  }
  writer.reset();
  writer.skip(frameHeadBytes);
  try {
    procedure.encode?.(writer, args);
    if (writer.length > maxFrameBytes)
      throw new XdrError(`a message of ${writer.length} bytes exceeds ${maxFrameBytes}`);
  } catch (error) {
    const message = `${name}: ${(error as Error).message}`;
    throw clientError('LIBVIRT_ARGUMENT_INVALID', 'invalid', message, { procedure: name, cause: error });
  }
  const frame = writer.toBuffer();
  writeFrameHead(frame, frame.length, {
    program: procedure.program,
    version: procedure.version,
    procedure: procedure.number,
    type: VIR_NET_CALL,
    serial,
    status: VIR_NET_OK,
  });
  return frame;
}
