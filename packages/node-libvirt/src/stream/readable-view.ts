import type { StreamEnds } from './stream-ends.ts';
import { plainBytes } from './plain-bytes.ts';

/** A stream's incoming bytes as a web stream, with zeros for holes. */
export function readableView(stream: StreamEnds): ReadableStream<Uint8Array> {
  const bytes = plainBytes(() => stream.receive());
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await bytes.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel(reason) {
        await stream.abort(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
