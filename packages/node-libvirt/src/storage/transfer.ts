import { type FileHandle, open } from 'node:fs/promises';
import { clientError } from '../error/libvirt-error.ts';
import type { LibvirtStream } from '../stream/libvirt-stream.ts';
import { splitZeros } from './split-zeros.ts';
import type { TransferAllOptions } from './transfer-options.ts';

/** How much of a file is read at a time. */
const pieceBytes = 1024 * 1024;

/** Bytes to upload: a file's path, or anything that hands them out. */
export type UploadSource = string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Sends all of a source and finishes the stream; breaks it off when the source fails. A source that gives nothing is
 * waited for as long as the stream lives, and no longer.
 *
 * @throws {LibvirtError} what ended the stream; whatever the source throws.
 */
export async function sendAll(stream: LibvirtStream, source: UploadSource, options: TransferAllOptions): Promise<void> {
  let movedBytes = 0;
  const ending = watchEnding(stream);
  const iterator = iteratorOf(source);
  try {
    for (;;) {
      const { done, value: piece } = await nextOf(iterator, ending);
      if (done === true) break;
      if (options.sparse === true) await sendSparse(stream, piece);
      else await stream.send(piece);
      movedBytes += piece.length;
      options.onProgress?.({ movedBytes });
    }
    await stream.finish();
  } catch (error) {
    // A source that is stuck may never get to its end: nobody waits for that.
    void dismiss(iterator);
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
          await writeAll(file, chunk.data, movedBytes);
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

/** Writes every byte: a disk that fills up takes only some of them at first, and only then says why. */
async function writeAll(file: FileHandle, data: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < data.length;) {
    const { bytesWritten } = await file.write(data, written, data.length - written, position + written);
    if (bytesWritten === 0) throw new Error(`the file took only ${written} of ${data.length} bytes at ${position}`);
    written += bytesWritten;
  }
}

/** What ended a stream, and who waits for something else and wants to know of it. */
interface Ending {
  error: unknown;
  onError: (error: unknown) => void;
}

/** Notes when a stream that is only sent to ends; what comes on it is dropped. */
function watchEnding(stream: LibvirtStream): Ending {
  const ending: Ending = { error: undefined, onError: () => {} };
  const end = (error: unknown): void => {
    ending.error = error;
    ending.onError(error);
  };
  const watch = async (): Promise<void> => {
    while ((await stream.receive()) !== undefined);
    const message = `${stream.procedure}: the stream has ended, nothing more can be sent`;
    throw clientError('LIBVIRT_STREAM_ENDED', 'conflict', message, { procedure: stream.procedure });
  };
  watch().catch(end);
  return ending;
}

type PieceIterator = Iterator<Uint8Array> | AsyncIterator<Uint8Array>;

function iteratorOf(source: UploadSource): PieceIterator {
  if (typeof source === 'string') return pieces(source);
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}

/** The next piece. @throws what the source throws, or what ended the stream meanwhile. */
function nextOf(iterator: PieceIterator, ending: Ending): Promise<IteratorResult<Uint8Array>> {
  return new Promise((resolve, reject) => {
    if (ending.error !== undefined) throw ending.error;
    ending.onError = reject;
    Promise.resolve(iterator.next()).then(resolve, reject);
  });
}

async function dismiss(iterator: PieceIterator): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // The upload has failed already, for a reason of its own.
  }
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
