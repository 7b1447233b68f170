import type { LibvirtStream } from './libvirt-stream.ts';

/** A stream's outgoing bytes as a web stream. */
export function writableView(stream: LibvirtStream): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    write: (data) => stream.send(data),
    close: () => stream.finish(),
    abort: (reason) => stream.abort(reason),
  });
}
