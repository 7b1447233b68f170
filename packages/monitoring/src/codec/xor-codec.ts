import { floatBits } from '../store/float-bits.ts';
import { corruptError, type ByteReader, type ByteWriter } from './byte-buffer.ts';

/**
 * Writes doubles bit by bit as they are: each as the bytes in which it differs from the one before. A byte says how
 * many of its eight bytes are equal at the high end (high half) and how many differ (low half). The idea of Pelkonen et
 * al., "Gorilla: A Fast, Scalable, In-Memory Time Series Database", VLDB 2015, on bytes rather than bits: it is the
 * fallback for values that are no decimals, whose differing bits are many.
 */
export function encodeXor(writer: ByteWriter, values: Float64Array): void {
  const words = floatBits(values);
  let previousLow = 0;
  let previousHigh = 0;
  for (let i = 0; i < values.length; i++) {
    const low = words[i * 2] as number;
    const high = words[i * 2 + 1] as number;
    const lowXor = (low ^ previousLow) >>> 0;
    const highXor = (high ^ previousHigh) >>> 0;
    previousLow = low;
    previousHigh = high;
    const leading = highXor === 0 ? 4 + (Math.clz32(lowXor) >>> 3) : Math.clz32(highXor) >>> 3;
    const trailing = lowXor === 0 ? 4 + trailingZeroBytes(highXor) : trailingZeroBytes(lowXor);
    const differing = Math.max(0, 8 - leading - trailing);
    writer.byte((leading << 4) | differing);
    for (let byte = trailing; byte < trailing + differing; byte++) {
      writer.byte(byte < 4 ? (lowXor >>> (byte * 8)) & 0xff : (highXor >>> ((byte - 4) * 8)) & 0xff);
    }
  }
}

/**
 * Reads as many doubles as `values` has room for.
 *
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when the bytes do not hold them.
 */
export function decodeXor(reader: ByteReader, values: Float64Array): void {
  const words = floatBits(values);
  let low = 0;
  let high = 0;
  for (let i = 0; i < values.length; i++) {
    const header = reader.byte();
    const differing = header & 0xf;
    const trailing = 8 - (header >>> 4) - differing;
    if (differing > 0 && trailing < 0) throw corruptError('A chunk holds more bytes than a value has');
    for (let byte = trailing; byte < trailing + differing; byte++) {
      if (byte < 4) low ^= reader.byte() << (byte * 8);
      else high ^= reader.byte() << ((byte - 4) * 8);
    }
    words[i * 2] = low;
    words[i * 2 + 1] = high;
  }
}

function trailingZeroBytes(word: number): number {
  return word === 0 ? 4 : (31 - Math.clz32(word & -word)) >>> 3;
}
