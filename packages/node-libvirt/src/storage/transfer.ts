import { open } from 'node:fs/promises';
import type { LibvirtStream } from '../stream/libvirt-stream.ts';
import { splitZeros } from './split-zeros.ts';
import type { TransferAllOptions } from './transfer-options.ts';

/** How much of a file is read at a time. */
const pieceBytes = 1024 * 1024;

/** Bytes to upload: a file's path, or anything that hands them out. */
export type UploadSource = string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Sends all of a source and finishes the stream; breaks it off when the source fails.
 *
 * @throws {LibvirtError} what ended the stream; whatever the source throws.
 */
export async function sendAll(stream: LibvirtStream, source: UploadSource, options: TransferAllOptions): Promise<void> {
  let movedBytes = 0;
  try {
    for await (const piece of typeof source === 'string' ? pieces(source) : source) {
      if (options.sparse === true) await sendSparse(stream, piece);
      else await stream.send(piece);
      movedBytes += piece.length;
      options.onProgress?.({ movedBytes });
    }
    await stream.finish();
  } catch (error) {
    await stream.abort(error);
    throw error;
  }
}

/**
 * Writes all that a stream gives into a file, holes as holes, and resolves when it is on the disk; breaks the stream off
 * when the file can't be written.
 *
 * @returns how many bytes came, holes included.
 * @throws {LibvirtError} what ended the stream; the file system's errors.
 */
export async function receiveAll(stream: LibvirtStream, path: string, options: TransferAllOptions): Promise<number> {
  let movedBytes = 0;
  try {
    const file = await open(path, 'w');
    try {
      for (let chunk = await stream.receive(); chunk !== undefined; chunk = await stream.receive()) {
        if (chunk.type === 'data') {
          await file.writev([chunk.data], movedBytes);
          movedBytes += chunk.data.length;
        } else {
          movedBytes += chunk.lengthBytes;
        }
        options.onProgress?.({ movedBytes });
      }
      await file.truncate(movedBytes);
      await file.datasync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await stream.abort(error);
    throw error;
  }
  return movedBytes;
}

async function sendSparse(stream: LibvirtStream, piece: Uint8Array): Promise<void> {
  for (const part of splitZeros(piece)) {
    if (part.type === 'data') await stream.send(part.data);
    else await stream.sendHole(part.lengthBytes);
  }
}

async function* pieces(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafeSlow(pieceBytes);
      const { bytesRead } = await file.read(buffer, 0, pieceBytes);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
