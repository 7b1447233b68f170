import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { constants, crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { corruptError } from '../codec/byte-buffer.ts';
import { MonitoringError } from '../error.ts';

/** Bytes as they are kept, and what was done to them: a sum of 1 (deflated) and 2 (encrypted). */
export interface Packed {
  readonly packing: number;
  readonly data: Uint8Array;
}

/** How bytes are deflated: not at all, by the frequencies of bytes only, or with what is repeated as well. */
export type Effort = 'none' | 'quick' | 'thorough';

const deflating = {
  quick: { level: 1, strategy: constants.Z_HUFFMAN_ONLY },
  thorough: { level: 6 },
} as const;

const deflated = 1;
const encrypted = 2;
const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
const checksumBytes = 4;

/**
 * Deflates bytes where that saves a twentieth at least, and encrypts them when there is a key; otherwise a checksum (CRC-32)
 * of them and of their place follows.
 *
 * @param place - Where in the file they will stand: they can be read there only.
 */
export function pack(bytes: Uint8Array, effort: Effort, key: Uint8Array | undefined, place: string): Packed {
  let packing = 0;
  let data = bytes;
  if (effort !== 'none') {
    const small = deflateRawSync(bytes, deflating[effort]);
    if (small.length < bytes.length * 0.95) [packing, data] = [deflated, small];
  }
  if (key !== undefined) return { packing: packing | encrypted, data: encrypt(data, key, place) };
  const checked = Buffer.allocUnsafe(data.length + checksumBytes);
  checked.set(data);
  checked.writeUInt32LE(crc32(data, crc32(place)), data.length);
  return { packing, data: checked };
}

/** Whether bytes are encrypted. */
export function isEncrypted({ packing }: Pick<Packed, 'packing'>): boolean {
  return (packing & encrypted) !== 0;
}

/**
 * The bytes that were packed.
 *
 * @param place - Where in the file they stand.
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when they are damaged or stood elsewhere, NOVA_MONITORING_PERMISSION
 * when they are encrypted and there is no key.
 */
export function unpack({ packing, data }: Packed, key: Uint8Array | undefined, place: string): Uint8Array {
  const plain = (packing & encrypted) === 0 ? checked(data, place) : decrypt(data, key, place);
  if ((packing & deflated) === 0) return plain;
  try {
    return inflateRawSync(plain);
  } catch (error) {
    throw corruptError('A chunk can not be inflated', error);
  }
}

function checked(data: Uint8Array, place: string): Uint8Array {
  const end = data.length - checksumBytes;
  const bytes = data.subarray(0, Math.max(0, end));
  const stored = end < 0 ? NaN : new DataView(data.buffer, data.byteOffset + end).getUint32(0, true);
  if (crc32(bytes, crc32(place)) === stored) return bytes;
  throw corruptError(`What stands at ${place} was changed: its checksum is wrong`);
}

/** A random nonce, the authentication tag, and the bytes; the place is authenticated with them (NIST SP 800-38D). */
function encrypt(bytes: Uint8Array, key: Uint8Array, place: string): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  const gcm = createCipheriv(cipher, key, nonce).setAAD(Buffer.from(place));
  const secret = Buffer.concat([gcm.update(bytes), gcm.final()]);
  return Buffer.concat([nonce, gcm.getAuthTag(), secret]);
}

function decrypt(data: Uint8Array, key: Uint8Array | undefined, place: string): Uint8Array {
  if (key === undefined) {
    throw new MonitoringError({ kind: 'permission', message: 'The samples are encrypted, and there is no key' });
  }
  try {
    const gcm = createDecipheriv(cipher, key, data.subarray(0, nonceBytes));
    gcm.setAAD(Buffer.from(place));
    gcm.setAuthTag(data.subarray(nonceBytes, nonceBytes + tagBytes));
    return Buffer.concat([gcm.update(data.subarray(nonceBytes + tagBytes)), gcm.final()]);
  } catch (error) {
    throw corruptError('Encrypted samples were changed', error);
  }
}
