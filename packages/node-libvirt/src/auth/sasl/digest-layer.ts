import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { SecurityLayer } from './mechanism.ts';
import { rc4 } from './rc4.ts';

/** RFC 2831, 2.3 and 2.4: part of the RFC's text is part of the keys. */
const constants = {
  client: {
    signing: 'Digest session key to client-to-server signing key magic constant',
    sealing: 'Digest H(A1) to client-to-server sealing key magic constant',
  },
  server: {
    signing: 'Digest session key to server-to-client signing key magic constant',
    sealing: 'Digest H(A1) to server-to-client sealing key magic constant',
  },
};
const macBytes = 10;
const trailerBytes = 6;

/**
 * The encryption of DIGEST-MD5's `auth-conf` with RC4 and 128 bits. The other ciphers of RFC 2831 are left out: DES and
 * short RC4 protect nothing, and Triple DES does not start in the daemon's SASL library.
 */
export class DigestLayer implements SecurityLayer {
  readonly ssf = 128;
  readonly maxBytes: number;
  private readonly signing: { readonly send: Buffer; readonly receive: Buffer };
  private readonly encrypt: (bytes: Uint8Array) => Buffer;
  private readonly decrypt: (bytes: Uint8Array) => Buffer;
  private sent = 0;
  private received = 0;

  /**
   * @param key - `H(A1)`.
   * @param maxPacketBytes - The longest packet that the other side takes.
   * @param side - Which side we are.
   */
  constructor(key: Buffer, maxPacketBytes: number, side: 'client' | 'server' = 'client') {
    const derive = (constant: string): Buffer => createHash('md5').update(key).update(constant).digest();
    const [own, other] =
      side === 'client' ? [constants.client, constants.server] : [constants.server, constants.client];
    this.maxBytes = maxPacketBytes - macBytes - trailerBytes;
    this.signing = { send: derive(own.signing), receive: derive(other.signing) };
    this.encrypt = rc4(derive(own.sealing));
    this.decrypt = rc4(derive(other.sealing));
  }

  wrap(bytes: Buffer): Buffer {
    const sequence = this.sent++;
    const sealed = this.encrypt(Buffer.concat([bytes, sign(this.signing.send, sequence, bytes)]));
    return Buffer.concat([sealed, trailer(sequence)]);
  }

  /** Opens a packet. @throws {Error} when it was changed, left out or repeated on its way. */
  unwrap(packet: Buffer): Buffer {
    const sequence = this.received++;
    const sealedBytes = packet.length - trailerBytes;
    if (sealedBytes < macBytes || !packet.subarray(sealedBytes).equals(trailer(sequence))) throw tampered();
    const opened = this.decrypt(packet.subarray(0, sealedBytes));
    const bytes = opened.subarray(0, -macBytes);
    if (!timingSafeEqual(opened.subarray(-macBytes), sign(this.signing.receive, sequence, bytes))) throw tampered();
    return bytes;
  }
}

function sign(key: Buffer, sequence: number, bytes: Buffer): Buffer {
  return createHmac('md5', key).update(bigEndian(sequence)).update(bytes).digest().subarray(0, macBytes);
}

/** The version of the packet's form, and its number. */
function trailer(sequence: number): Buffer {
  return Buffer.concat([Buffer.of(0, 1), bigEndian(sequence)]);
}

function bigEndian(sequence: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sequence % 2 ** 32);
  return bytes;
}

function tampered(): Error {
  return new Error('a packet was changed on its way');
}
