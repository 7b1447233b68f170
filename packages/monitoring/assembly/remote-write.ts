/** What may be read or written behind the rooms that the kernel is given: copies take 16 bytes at a time. */
const lane: usize = 16;

/** Where an entry's bytes stand in it. Before: how many they are, and the series' reference. */
const entryHead: usize = 12;

/**
 * Unpacks a block of Snappy. 16 bytes behind either room may be read and written to.
 *
 * @param from - Where the block stands.
 * @param to - Where it is unpacked to.
 * @param capacity - The most bytes that may come out, below 2^28.
 * @returns How many bytes it is; -1 when they are too many, or the block is damaged.
 */
export function unpack(from: usize, length: usize, to: usize, capacity: usize): i32 {
  const end = from + length;
  let at = from;
  let size: usize = 0;
  for (let shift: usize = 0; ; shift += 7) {
    if (at >= end || shift > 21) return -1;
    const byte = load<u8>(at++);
    size |= (<usize>(byte & 0x7f)) << shift;
    if (byte < 0x80) break;
  }
  if (size > capacity) return -1;
  const start = to;
  const last = to + size;
  while (at < end) {
    const tag = <usize>load<u8>(at++);
    let count = tag >>> 2;
    if ((tag & 3) === 0) {
      if (count >= 60) {
        const extra = count - 59;
        if (at + extra > end) return -1;
        count = <usize>(load<u32>(at) & (<u32>0xffff_ffff >>> (32 - ((<u32>extra) << 3))));
        if (count >= size) return -1;
        at += extra;
      }
      count++;
      if (at + count > end || to + count > last) return -1;
      if (count <= lane) v128.store(to, v128.load(at));
      else memory.copy(to, at, count);
      at += count;
    } else {
      let offset: usize;
      if ((tag & 3) === 1) {
        if (at + 1 > end) return -1;
        offset = ((tag >>> 5) << 8) | <usize>load<u8>(at);
        count = (count & 7) + 4;
        at++;
      } else {
        const far = (tag & 3) === 3;
        if (at + (far ? 4 : 2) > end) return -1;
        offset = far ? <usize>load<u32>(at) : <usize>load<u16>(at);
        count++;
        at += far ? 4 : 2;
      }
      if (offset === 0 || offset > to - start || to + count > last) return -1;
      copyBack(to, offset, count);
    }
    to += count;
  }
  return to === last ? <i32>size : -1;
}

/** Copies bytes from so many before, themselves among them where they are more. */
function copyBack(to: usize, offset: usize, count: usize): void {
  const from = to - offset;
  if (offset >= lane) for (let i: usize = 0; i < count; i += lane) v128.store(to + i, v128.load(from + i));
  else if (offset >= 8) for (let i: usize = 0; i < count; i += 8) store<u64>(to + i, load<u64>(from + i));
  else for (let i: usize = 0; i < count; i++) store<u8>(to + i, load<u8>(from + i));
}

/**
 * Reads the samples of series that come in the order of entries, as long as there is nothing in them but the labels of the
 * next entry and, behind those, samples.
 *
 * @param at - Where a request goes on.
 * @param end - Where it ends. 16 bytes behind may be read.
 * @param next - The entry of the first series; where `last` is, the first entry comes next.
 * @param first - Where the first entry stands.
 * @param last - Where the last one ends.
 * @param out - Takes where the request and the entries go on, 4 bytes each, then `capacity` times, values and references.
 * @returns How many samples they are.
 */
export function readKnown(
  at: usize,
  end: usize,
  next: usize,
  first: usize,
  last: usize,
  out: usize,
  capacity: u32,
): u32 {
  const times = out + 8;
  let count: u32 = 0;
  while (at < end && first < last && load<u8>(at) === 0x0a) {
    if (next >= last) next = first;
    let start = at + 1;
    let length: usize = 0;
    for (let shift: usize = 0; ; shift += 7) {
      const byte = load<u8>(start++);
      length |= (<usize>(byte & 0x7f)) << shift;
      if (byte < 0x80) break;
      if (shift === 21) {
        length = end; // longer than anything here
        break;
      }
    }
    const stop = start + length;
    const labelBytes = <usize>load<u32>(next);
    const samples = start + labelBytes;
    if (stop > end || samples > stop || !isEqual(start, next + entryHead, labelBytes)) break;
    const after = readSamples(samples, stop, times, count, capacity);
    if (after <= count) break;
    const refs = times + ((<usize>capacity) << 4);
    const ref = load<u32>(next + 4);
    for (; count < after; count++) store<u32>(refs + ((<usize>count) << 2), ref);
    next += (entryHead + labelBytes + 3) & ~3;
    at = stop;
  }
  store<u32>(out, <u32>at);
  store<u32>(out + 4, <u32>next);
  return count;
}

/** Reads the samples between two places; gives how many there are then, 0 when there is anything else or no room. */
function readSamples(at: usize, end: usize, times: usize, count: u32, capacity: u32): u32 {
  while (at < end) {
    const length = <usize>load<u8>(at + 1);
    if (load<u8>(at) !== 0x12 || length > 0x7f || count === capacity) return 0;
    at += 2;
    const stop = at + length;
    if (stop > end) return 0;
    let time: u64 = 0;
    let bits: u64 = 0;
    while (at < stop) {
      const tag = load<u8>(at++);
      if (tag === 0x09) {
        bits = load<u64>(at);
        at += 8;
      } else if (tag === 0x10) {
        time = 0;
        for (let shift: u64 = 0; ; shift += 7) {
          if (shift > 42) return 0; // above 2^49, or below 0
          const byte = load<u8>(at++);
          time |= (<u64>(byte & 0x7f)) << shift;
          if (byte < 0x80) break;
        }
      } else return 0;
    }
    if (at !== stop) return 0;
    const place = times + ((<usize>count) << 3);
    store<f64>(place, <f64>time);
    store<u64>(place + ((<usize>capacity) << 3), bits);
    count++;
  }
  return count;
}

function isEqual(one: usize, other: usize, length: usize): bool {
  if (length < lane) {
    for (let i: usize = 0; i < length; i++) if (load<u8>(one + i) !== load<u8>(other + i)) return false;
    return true;
  }
  const last = length - lane;
  for (let i: usize = 0; i < last; i += lane) if (isOther(one + i, other + i)) return false;
  return !isOther(one + last, other + last);
}

function isOther(one: usize, other: usize): bool {
  return v128.any_true(v128.xor(v128.load(one), v128.load(other)));
}
