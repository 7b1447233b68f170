/** Matches are looked for within so many bytes: two bytes of offset reach no further. */
const blockBytes = 65_536;
const tableBits = 14;
const minMatch = 4;
const maxCopy = 64;

const table = new Uint16Array(1 << tableBits);

/**
 * Packs bytes into a block of Snappy: fast, and as small as the format's own way of matching four bytes makes it.
 *
 * Source: Snappy, "Format description".
 */
export function compressSnappy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(32 + bytes.length + Math.ceil(bytes.length / 6)); // the format's own bound
  let at = 0;
  let rest = bytes.length;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out[at++] = (rest % 128) | 0x80;
  out[at++] = rest;
  for (let start = 0; start < bytes.length; start += blockBytes) {
    at = compressBlock(bytes, start, Math.min(start + blockBytes, bytes.length), out, at);
  }
  return out.slice(0, at);
}

function compressBlock(bytes: Uint8Array, start: number, end: number, out: Uint8Array, outStart: number): number {
  let at = outStart;
  let literalStart = start;
  let misses = 0;
  table.fill(0);
  for (let i = start; i + minMatch <= end;) {
    const word = wordAt(bytes, i);
    const slot = Math.imul(word, 0x1e35_a7bd) >>> (32 - tableBits);
    const candidate = start + (table[slot] as number);
    table[slot] = i - start;
    if (candidate >= i || wordAt(bytes, candidate) !== word) {
      i += 1 + (misses++ >> 5); // what can't be packed is left soon
      continue;
    }
    misses = 0;
    at = literal(bytes, literalStart, i, out, at);
    let length = minMatch;
    while (i + length < end && bytes[candidate + length] === bytes[i + length]) length++;
    at = copy(i - candidate, length, out, at);
    i += length;
    literalStart = i;
  }
  return literal(bytes, literalStart, end, out, at);
}

function literal(bytes: Uint8Array, start: number, end: number, out: Uint8Array, outStart: number): number {
  const length = end - start;
  if (length === 0) return outStart;
  let at = outStart;
  if (length <= 60) out[at++] = (length - 1) << 2;
  else if (length <= 256) {
    out[at++] = 60 << 2;
    out[at++] = length - 1;
  } else {
    out[at++] = 61 << 2;
    out[at++] = (length - 1) & 0xff;
    out[at++] = (length - 1) >> 8;
  }
  out.set(bytes.subarray(start, end), at);
  return at + length;
}

function copy(offset: number, length: number, out: Uint8Array, outStart: number): number {
  let at = outStart;
  for (let left = length; left > 0;) {
    const part = Math.min(left, maxCopy);
    out[at++] = ((part - 1) << 2) | 2;
    out[at++] = offset & 0xff;
    out[at++] = offset >> 8;
    left -= part;
  }
  return at;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}
