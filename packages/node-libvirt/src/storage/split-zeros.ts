import type { StreamChunk } from '../stream/stream-chunk.ts';

/** The least run of zeros that is worth a hole. */
const blockBytes = 65_536;

const zeros = Buffer.alloc(blockBytes);

/** Cuts bytes into data and holes; only whole blocks of 64 KiB zeros become holes. */
export function* splitZeros(bytes: Uint8Array): Generator<StreamChunk, void, undefined> {
  let start = 0;
  let isHole = false;
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const block = bytes.subarray(at, at + blockBytes);
    const isZero = block.length === blockBytes && zeros.equals(block);
    if (isZero === isHole) continue;
    if (at > start) yield chunk(bytes, start, at, isHole);
    start = at;
    isHole = isZero;
  }
  if (start < bytes.length) yield chunk(bytes, start, bytes.length, isHole);
}

function chunk(bytes: Uint8Array, start: number, end: number, isHole: boolean): StreamChunk {
  return isHole ? { type: 'hole', lengthBytes: end - start } : { type: 'data', data: bytes.subarray(start, end) };
}
