import { Duplex } from 'node:stream';
import type { SecurityLayer } from '../auth/sasl/mechanism.ts';

const lengthBytes = 4;
/** The longest packet that we said we take. */
const maxPacketBytes = 65_536;

/**
 * A stream that encrypts all that goes through it from the moment a login has agreed on how. Packets have their length
 * before them (RFC 4422, section 3.7).
 */
export class LayeredStream extends Duplex {
  private readonly inner: Duplex;
  private layer: SecurityLayer | undefined;
  private rest: Buffer = Buffer.alloc(0);

  /** @param inner - The stream beneath; it belongs to this one from now on. */
  constructor(inner: Duplex) {
    super();
    this.inner = inner;
    // It may break before anybody listens; who comes later finds the reason in `errored`.
    this.on('error', () => {});
    if (inner.destroyed) this.destroy(inner.errored ?? undefined);
    inner.on('data', (chunk: Buffer) => this.receive(chunk));
    inner.on('end', () => this.push(null));
    inner.on('error', (error) => this.destroy(error));
    inner.on('close', () => this.destroy());
  }

  /** Encrypts from now on. */
  secure(layer: SecurityLayer): void {
    this.layer = layer;
  }

  override _read(): void {
    this.inner.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.inner.write(this.wrapped(chunk), done);
  }

  override _writev(chunks: { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.inner.write(this.wrapped(Buffer.concat(chunks.map(({ chunk }) => chunk))), done);
  }

  override _final(done: () => void): void {
    this.inner.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.inner.destroy();
    done(error);
  }

  /** Keeps this process alive until the stream has ended. */
  ref(): void {
    (this.inner as Duplex & { ref?: () => void }).ref?.();
  }

  /** Lets this process end although the stream has not. */
  unref(): void {
    (this.inner as Duplex & { unref?: () => void }).unref?.();
  }

  private wrapped(bytes: Buffer): Buffer {
    const { layer } = this;
    if (layer === undefined) return bytes;
    const parts: Buffer[] = [];
    for (let offset = 0; offset < bytes.length; offset += layer.maxBytes) {
      const packet = layer.wrap(bytes.subarray(offset, offset + layer.maxBytes));
      const length = Buffer.alloc(lengthBytes);
      length.writeUInt32BE(packet.length);
      parts.push(length, packet);
    }
    return Buffer.concat(parts);
  }

  private receive(chunk: Buffer): void {
    try {
      this.deliver(this.layer === undefined ? chunk : this.unwrapped(chunk));
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  /** What the whole packets held. @throws {Error} when one is too long, or was changed on its way. */
  private unwrapped(chunk: Buffer): Buffer {
    const packets: Buffer[] = [];
    let bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    while (bytes.length >= lengthBytes) {
      const length = bytes.readUInt32BE();
      if (length > maxPacketBytes) throw new Error(`a packet of ${length} bytes; ${maxPacketBytes} are agreed`);
      if (bytes.length < lengthBytes + length) break;
      packets.push((this.layer as SecurityLayer).unwrap(bytes.subarray(lengthBytes, lengthBytes + length)));
      bytes = bytes.subarray(lengthBytes + length);
    }
    this.rest = bytes;
    return Buffer.concat(packets);
  }

  private deliver(bytes: Buffer): void {
    if (bytes.length > 0 && !this.push(bytes)) this.inner.pause();
  }
}
