import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
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

/** Deflates bytes where that saves a twentieth at least, and encrypts them when there is a key. */
export function pack(bytes: Uint8Array, effort: Effort, key: Uint8Array | undefined): Packed {
  let packing = 0;
  let data = bytes;
  if (effort !== 'none') {
    const small = deflateRawSync(bytes, deflating[effort]);
    if (small.length < bytes.length * 0.95) [packing, data] = [deflated, small];
  }
  return key === undefined ? { packing, data } : { packing: packing | encrypted, data: encrypt(data, key) };
}

/**
 * The bytes that were packed.
 *
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when they are damaged, NOVA_MONITORING_PERMISSION when they are
 * encrypted and there is no key, or another one.
 */
export function unpack({ packing, data }: Packed, key: Uint8Array | undefined): Uint8Array {
  if (packing === 0) return data;
  const plain = (packing & encrypted) === 0 ? data : decrypt(data, key);
  if ((packing & deflated) === 0) return plain;
  try {
    return inflateRawSync(plain);
  } catch (error) {
    throw corruptError('A chunk can not be inflated', error);
  }
}

/** A random nonce, the authentication tag, and the bytes (NIST SP 800-38D). */
function encrypt(bytes: Uint8Array, key: Uint8Array): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  const gcm = createCipheriv(cipher, key, nonce);
  const secret = Buffer.concat([gcm.update(bytes), gcm.final()]);
  return Buffer.concat([nonce, gcm.getAuthTag(), secret]);
}

function decrypt(data: Uint8Array, key: Uint8Array | undefined): Uint8Array {
  if (key === undefined) {
    throw new MonitoringError({ kind: 'permission', message: 'The samples are encrypted, and there is no key' });
  }
  try {
    const gcm = createDecipheriv(cipher, key, data.subarray(0, nonceBytes));
    gcm.setAuthTag(data.subarray(nonceBytes, nonceBytes + tagBytes));
    return Buffer.concat([gcm.update(data.subarray(nonceBytes + tagBytes)), gcm.final()]);
  } catch (error) {
    const message = 'The samples are encrypted with another key, or were changed';
    throw new MonitoringError({ kind: 'permission', message, cause: error });
  }
}
