import type { StreamEnds } from './stream-ends.ts';

/** A stream's outgoing bytes as a web stream. */
export function writableView(stream: StreamEnds): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    write: (data) => stream.send(data),
    close: () => stream.finish(),
    abort: (reason) => stream.abort(reason),
  });
}
