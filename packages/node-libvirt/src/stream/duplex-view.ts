import { Duplex } from 'node:stream';
import type { StreamEnds } from './stream-ends.ts';
import { plainBytes } from './plain-bytes.ts';

/**
 * A stream as a Duplex of Node.js. Ending it is the stream's finish, destroying it before the end the stream's abort;
 * holes come as zeros.
 */
export function duplexView(stream: StreamEnds): Duplex {
  const bytes = plainBytes(() => stream.receive());
  const duplex = new Duplex({
    allowHalfOpen: false,
    read() {
      bytes.next().then(
        (next) => this.push(next.done === true ? null : next.value),
        (error: Error) => this.destroy(error),
      );
    },
    write(data: Uint8Array, _encoding, callback) {
      stream.send(data).then(() => callback(), callback);
    },
    final(callback) {
      stream.finish().then(() => callback(), callback);
    },
    destroy(error, callback) {
      stream.abort(error ?? undefined).then(
        () => callback(error),
        () => callback(error),
      );
    },
  });
  return duplex;
}
