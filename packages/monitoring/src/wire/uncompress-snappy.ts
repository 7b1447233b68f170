import { invalidInput, MonitoringError } from '../error.ts';

/**
 * Unpacks a block of Snappy.
 *
 * Source: Snappy, "Format description". Ours, because the packages of npm trust the lengths in a block: one that is made
 * for it keeps them busy for ever.
 *
 * @param maxBytes - The most bytes that may come out; the block says how many before anything is unpacked.
 * @throws {MonitoringError} NOVA_MONITORING_QUOTA when it is bigger, NOVA_MONITORING_INVALID when it is damaged.
 */
export function uncompressSnappy(block: Uint8Array, maxBytes: number): Uint8Array {
  const { length, start } = readLength(block);
  if (length > maxBytes) {
    const message = `The block is ${length} bytes when unpacked; at most ${maxBytes} are taken`;
    throw new MonitoringError({ kind: 'quota', message, details: { limit: 'maxBytes' } });
  }
  const bytes = new Uint8Array(length);
  let at = start;
  let out = 0;
  while (at < block.length) {
    const tag = block[at++] as number;
    const kind = tag & 3;
    let size = tag >>> 2;
    if (kind === 0) {
      if (size >= 60) {
        const extra = size - 59;
        size = littleEndian(block, at, extra);
        at += extra;
      }
      size++;
      if (at + size > block.length || out + size > length) throw damaged(at);
      if (size < 32) for (let i = 0; i < size; i++) bytes[out + i] = block[at + i] as number;
      else bytes.set(block.subarray(at, at + size), out);
      at += size;
    } else {
      const offsetBytes = kind === 3 ? 4 : kind;
      let offset = littleEndian(block, at, offsetBytes);
      at += offsetBytes;
      if (kind === 1) {
        offset += (size >>> 3) << 8;
        size = (size & 7) + 4;
      } else size++;
      if (offset === 0 || offset > out || out + size > length) throw damaged(at);
      if (size > 16 && offset >= size) bytes.copyWithin(out, out - offset, out - offset + size);
      else for (let i = 0; i < size; i++) bytes[out + i] = bytes[out - offset + i] as number;
    }
    out += size;
  }
  if (out !== length) throw damaged(at);
  return bytes;
}

/** The length of what is packed stands first, 7 bits in each byte. */
function readLength(block: Uint8Array): { readonly length: number; readonly start: number } {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = block[i];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 128 ** i;
    if (byte < 0x80) return { length, start: i + 1 };
  }
  throw damaged(0);
}

function littleEndian(block: Uint8Array, at: number, count: number): number {
  if (at + count > block.length) throw damaged(at);
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + (block[at + i] as number);
  return value;
}

function damaged(at: number): MonitoringError {
  return invalidInput(`The Snappy block is damaged at byte ${at}`, { byte: at });
}
