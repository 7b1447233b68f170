/** Texts of numbers take at most so many bytes; what is behind a text may be written to. */
const digitsAt: usize = memory.data(32);

/** The texts of 0 to 99. */
const pairsAt: usize = memory.data<u8>([
  48, 48, 48, 49, 48, 50, 48, 51, 48, 52, 48, 53, 48, 54, 48, 55, 48, 56, 48, 57, 49, 48, 49, 49, 49, 50, 49, 51, 49,
  52, 49, 53, 49, 54, 49, 55, 49, 56, 49, 57, 50, 48, 50, 49, 50, 50, 50, 51, 50, 52, 50, 53, 50, 54, 50, 55, 50, 56,
  50, 57, 51, 48, 51, 49, 51, 50, 51, 51, 51, 52, 51, 53, 51, 54, 51, 55, 51, 56, 51, 57, 52, 48, 52, 49, 52, 50, 52,
  51, 52, 52, 52, 53, 52, 54, 52, 55, 52, 56, 52, 57, 53, 48, 53, 49, 53, 50, 53, 51, 53, 52, 53, 53, 53, 54, 53, 55,
  53, 56, 53, 57, 54, 48, 54, 49, 54, 50, 54, 51, 54, 52, 54, 53, 54, 54, 54, 55, 54, 56, 54, 57, 55, 48, 55, 49, 55,
  50, 55, 51, 55, 52, 55, 53, 55, 54, 55, 55, 55, 56, 55, 57, 56, 48, 56, 49, 56, 50, 56, 51, 56, 52, 56, 53, 56, 54,
  56, 55, 56, 56, 56, 57, 57, 48, 57, 49, 57, 50, 57, 51, 57, 52, 57, 53, 57, 54, 57, 55, 57, 56, 57, 57,
]);

const smallestPower: i32 = -292;

let powersAt: usize = 0;

/** The shortest decimal digits that read back as the number, and the power of ten that they are multiplied by. */
let digits: u64 = 0;
let exponent: i32 = 0;

/**
 * Tells where the powers of ten stand: for each from 10^-292 to 10^324 its first 128 bits, rounded up, the low 64 of them
 * first.
 */
export function usePowers(at: usize): void {
  powersAt = at;
}

/**
 * Writes points as Prometheus' HTTP API does, with commas between them: `[1.5,"2"]`.
 *
 * @param times - Where `count` times stand, in milliseconds.
 * @param values - Where their values stand.
 * @param out - Where the text goes, at most 64 bytes a point.
 * @param comma - Whether there is one before the first point.
 * @returns How many bytes it is.
 */
export function writePoints(times: usize, values: usize, count: i32, out: usize, comma: bool): usize {
  let at = out;
  for (let i = 0; i < count; i++) {
    if (comma || i > 0) store<u8>(at++, 44);
    store<u8>(at++, 91);
    at = writeSeconds(at, load<f64>(times + ((<usize>i) << 3)));
    store<u16>(at, 0x222c);
    at = writeNumber(at + 2, load<f64>(values + ((<usize>i) << 3)));
    store<u16>(at, 0x5d22);
    at += 2;
  }
  return at - out;
}

/** A time in milliseconds, as seconds. What has up to 15 digits is as long as its decimals are. */
function writeSeconds(at: usize, timeMs: f64): usize {
  if (!(abs(timeMs) < 1e15) || timeMs !== nearest(timeMs)) return writeNumber(at, timeMs / 1000);
  if (timeMs < 0) store<u8>(at++, 45);
  const whole = <u64>abs(timeMs);
  const seconds = whole / 1000;
  const thousandths = <u32>(whole - seconds * 1000);
  at = writeWhole(at, seconds);
  if (thousandths === 0) return at;
  store<u8>(at, 46);
  store<u8>(at + 1, <u8>(48 + thousandths / 100));
  const hundredths = thousandths % 100;
  if (hundredths === 0) return at + 2;
  store<u16>(at + 2, load<u16>(pairsAt + (hundredths << 1)));
  return hundredths % 10 === 0 ? at + 3 : at + 4;
}

function writeNumber(at: usize, value: f64): usize {
  const bits = reinterpret<u64>(value);
  if (bits >> 52 === 0x7ff || bits >> 52 === 0xfff) return writeSpecial(at, value);
  if (bits >> 63 !== 0) store<u8>(at++, 45);
  const size = abs(value);
  if (size < 9007199254740992 && size === floor(size)) return writeWhole(at, <u64>size);
  findDigits(bits & 0x7fff_ffff_ffff_ffff);
  let end = writeWhole(digitsAt, digits);
  while (load<u8>(end - 1) === 48) {
    end--;
    exponent++;
  }
  const count = <i32>(end - digitsAt);
  const point = count + exponent;
  if (point > 21 || point <= -6) return writeExponent(at, count, point - 1);
  if (point <= 0) {
    store<u16>(at, 0x2e30);
    store<u64>(at + 2, 0x3030_3030_3030_3030);
    copyDigits(at + 2 - point, 0);
    return at + 2 - point + count;
  }
  copyDigits(at, 0);
  if (point < count) {
    store<u8>(at + point, 46);
    copyDigits(at + point + 1, point);
    return at + count + 1;
  }
  for (let i = count; i < point; i++) store<u8>(at + i, 48);
  return at + point;
}

function writeSpecial(at: usize, value: f64): usize {
  if (value !== value) {
    store<u32>(at, 0x4e_614e);
    return at + 3;
  }
  store<u32>(at, value > 0 ? 0x666e_492b : 0x666e_492d);
  return at + 4;
}

function writeExponent(at: usize, count: i32, power: i32): usize {
  store<u8>(at, load<u8>(digitsAt));
  at++;
  if (count > 1) {
    store<u8>(at, 46);
    copyDigits(at + 1, 1);
    at += count;
  }
  store<u16>(at, power < 0 ? 0x2d65 : 0x2b65);
  return writeWhole(at + 2, <u64>abs(power));
}

/** Copies the digits from a place on, and what is behind them. */
function copyDigits(at: usize, place: usize): void {
  const from = digitsAt + place;
  store<u64>(at, load<u64>(from));
  store<u64>(at + 8, load<u64>(from + 8));
  store<u8>(at + 16, load<u8>(from + 16));
}

/** Writes an integer below 10^17. */
function writeWhole(at: usize, whole: u64): usize {
  if (whole < 100_000_000) return writeSmall(at, <u32>whole);
  const high = whole / 100_000_000;
  at = writeSmall(at, <u32>high);
  let rest = <u32>(whole - high * 100_000_000);
  const upper = rest / 10_000;
  rest -= upper * 10_000;
  storePair(at, upper / 100);
  storePair(at + 2, upper % 100);
  storePair(at + 4, rest / 100);
  storePair(at + 6, rest % 100);
  return at + 8;
}

function writeSmall(at: usize, whole: u32): usize {
  let count: usize = 1;
  count += <usize>(whole >= 10) + <usize>(whole >= 100) + <usize>(whole >= 1_000) + <usize>(whole >= 10_000);
  count += <usize>(whole >= 100_000) + <usize>(whole >= 1_000_000) + <usize>(whole >= 10_000_000);
  count += <usize>(whole >= 100_000_000);
  const end = at + count;
  at = end;
  while (whole >= 10) {
    const left = whole / 100;
    at -= 2;
    storePair(at, whole - left * 100);
    whole = left;
  }
  if (at > end - count) store<u8>(end - count, <u8>(48 + whole));
  return end;
}

function storePair(at: usize, pair: u32): void {
  store<u16>(at, load<u16>(pairsAt + (pair << 1)));
}

/**
 * Finds the shortest digits of a number above 0 by its bits.
 *
 * Source: R. Giulietti, "The Schubfach way to render doubles", 2021; after A. Bolz' `Drachennest`.
 */
function findDigits(bits: u64): void {
  const fraction = bits & 0xf_ffff_ffff_ffff;
  const biased = <i32>(bits >> 52);
  const c = biased === 0 ? fraction : fraction | 0x10_0000_0000_0000;
  const q = (biased === 0 ? 1 : biased) - 1075;
  const odd = c & 1;
  const isCloser = fraction === 0 && biased > 1;
  const k = (q * 1_262_611 - (isCloser ? 524_031 : 0)) >> 22;
  const h = <u64>(q + ((-k * 1_741_647) >> 19) + 1);
  const at = powersAt + ((<usize>(-k - smallestPower)) << 4);
  const low = load<u64>(at);
  const high = load<u64>(at + 8);
  const lower = roundToOdd(high, low, ((c << 2) - 2 + <u64>isCloser) << h) + odd;
  const middle = roundToOdd(high, low, c << (h + 2));
  const upper = roundToOdd(high, low, ((c << 2) + 2) << h) - odd;
  const whole = middle >> 2;
  if (whole >= 10) {
    const tens = whole / 10;
    const isLow = lower <= 40 * tens;
    const isHigh = 40 * tens + 40 <= upper;
    if (isLow !== isHigh) {
      digits = tens + <u64>isHigh;
      exponent = k + 1;
      return;
    }
  }
  exponent = k;
  const isLow = lower <= whole << 2;
  const isHigh = (whole << 2) + 4 <= upper;
  if (isLow !== isHigh) {
    digits = whole + <u64>isHigh;
    return;
  }
  const half = (whole << 2) + 2;
  digits = whole + <u64>(middle > half || (middle === half && (whole & 1) !== 0));
}

/** The upper 64 bits of a product of 128 and 64 bits; the last one is set when there is anything below. */
function roundToOdd(high: u64, low: u64, factor: u64): u64 {
  const carry = upperHalf(low, factor);
  const below = high * factor + carry;
  const above = upperHalf(high, factor) + <u64>(below < carry);
  return above | <u64>(below > 1);
}

function upperHalf(a: u64, b: u64): u64 {
  const aLow = a & 0xffff_ffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffff_ffff;
  const bHigh = b >> 32;
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  const other = aLow * bHigh + (middle & 0xffff_ffff);
  return aHigh * bHigh + (middle >> 32) + (other >> 32);
}
