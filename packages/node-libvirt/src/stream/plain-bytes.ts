import type { StreamChunk } from './stream-chunk.ts';

const zeros = new Uint8Array(65_536);

/** The plain bytes of chunks: a hole becomes zeros, at most 64 KiB at a time. */
export async function* plainBytes(
  receive: () => Promise<StreamChunk | undefined>,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  for (let chunk = await receive(); chunk !== undefined; chunk = await receive()) {
    if (chunk.type === 'data') {
      yield chunk.data;
      continue;
    }
    // A copy each time: who receives bytes may change them.
    for (let left = chunk.lengthBytes; left > 0; left -= zeros.length)
      yield zeros.slice(0, Math.min(left, zeros.length));
  }
  return undefined;
}
