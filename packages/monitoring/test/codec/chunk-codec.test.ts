import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeChunk, encodeChunk } from '../../src/codec/chunk-codec.ts';
import { anyBits, bitsOf, decimals, mixed } from './bits.ts';

const minute = (count: number): Float64Array => Float64Array.from({ length: count }, (_, i) => 1.7e12 + i * 60_000);

function roundTrip(timesMs: Float64Array, values: Float64Array): { times: bigint[]; values: bigint[] } {
  const bytes = encodeChunk(timesMs, values);
  const times = new Float64Array(timesMs.length);
  const back = new Float64Array(values.length);
  decodeChunk(bytes, timesMs[0] as number, times, back);
  return { times: bitsOf(times), values: bitsOf(back) };
}

function bytesPerSample(timesMs: Float64Array, values: ArrayLike<number>): number {
  return encodeChunk(timesMs, Float64Array.from(values)).length / timesMs.length;
}

describe('a chunk gives back', () => {
  const cases = { 'any 64 bits': anyBits, decimals, 'values of all kinds': mixed };
  for (const [name, values] of Object.entries(cases)) {
    it(`${name}, bit by bit`, () => {
      fc.assert(
        fc.property(values, (written) => {
          expect(roundTrip(minute(written.length), written).values).toEqual(bitsOf(written));
        }),
        { numRuns: 500 },
      );
    });
  }

  it('repeats among other values', () => {
    const repeated = fc.array(fc.tuple(fc.double(), fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(repeated, (runs) => {
        const values = Float64Array.from(runs.flatMap(([value, count]) => Array<number>(count).fill(value)));
        expect(roundTrip(minute(values.length), values).values).toEqual(bitsOf(values));
      }),
    );
  });

  it('whole numbers and decimals with runs and jumps of powers of two', () => {
    const steps = fc.array(fc.constantFrom(0, 0, 0, 4_096, -8_192, 2 ** 31, 2 ** 33, -(2 ** 40)), {
      minLength: 1,
      maxLength: 250,
    });
    fc.assert(
      fc.property(steps, fc.constantFrom(1, 10, 1_000), (changes, divisor) => {
        let sum = 0;
        const values = Float64Array.from(changes, (change) => (sum += change) / divisor);
        expect(roundTrip(minute(values.length), values).values).toEqual(bitsOf(values));
      }),
    );
  });

  it('any rising finite times', () => {
    const times = fc
      .uniqueArray(
        fc.oneof(
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
          fc.maxSafeInteger(),
        ),
        { minLength: 1, maxLength: 200 },
      )
      .map((list) => Float64Array.from(new Set(list.map((time) => time + 0))).sort());
    fc.assert(
      fc.property(times, (written) => {
        expect(roundTrip(written, written).times).toEqual(bitsOf(written));
      }),
      { numRuns: 500 },
    );
  });

  it('a single sample', () => {
    for (const value of [0, -0, 0.1, Number.NaN, -Infinity, 2 ** 53]) {
      const one = Float64Array.of(value);
      expect(roundTrip(Float64Array.of(1.5), one)).toEqual({
        times: bitsOf(Float64Array.of(1.5)),
        values: bitsOf(one),
      });
    }
  });
});

describe('a chunk is small', () => {
  const count = 120;
  const times = minute(count);
  const wave = (period: number): number[] => Array.from({ length: count }, (_, i) => Math.sin(i / period));

  it('for constants, whatever their bits', () => {
    for (const value of [0, 1, 0.1, Math.PI, Number.NaN, Infinity]) {
      expect(bytesPerSample(times, Array<number>(count).fill(value))).toBeLessThan(0.15);
    }
  });

  it('for values that change now and then', () => {
    expect(
      bytesPerSample(
        times,
        Array.from({ length: count }, (_, i) => (i < 70 ? 1 : 0)),
      ),
    ).toBeLessThan(0.2);
  });

  it('for CPU seconds in hundredths, percents in tenths and memory in pages', () => {
    const sine = wave(9);
    const cpuSeconds = sine.map((value, i) => Math.round(i * 3_000 + value * 900) / 100);
    const percent = sine.map((value) => Math.round(500 + value * 300) / 10);
    const memory = sine.map((value) => Math.round(100_000 + value * 3_000) * 4_096);
    expect(bytesPerSample(times, cpuSeconds)).toBeLessThan(2.2);
    expect(bytesPerSample(times, percent)).toBeLessThan(1.4);
    expect(bytesPerSample(times, memory)).toBeLessThan(2.3);
  });

  it('at any regular interval, and not much bigger with a jitter of 2 ms', () => {
    const constant = Array<number>(count).fill(1);
    const regular = Float64Array.from({ length: count }, (_, i) => 1.7e12 + i * 15_000);
    const jitter = regular.map((timeMs, i) => timeMs + ((i * 7) % 5) - 2);
    expect(bytesPerSample(regular, constant)).toBeLessThan(0.15);
    expect(bytesPerSample(jitter, constant)).toBeLessThan(1.2);
  });

  it('never more than eight bytes a value and what the times take', () => {
    fc.assert(
      fc.property(anyBits, (values) => {
        expect(encodeChunk(minute(values.length), values).length).toBeLessThanOrEqual(values.length * 8 + 16);
      }),
    );
  });
});

describe('a damaged chunk', () => {
  it('is an error with a code, or other values, but never a crash or an endless loop', () => {
    const original = encodeChunk(
      minute(60),
      Float64Array.from({ length: 60 }, (_, i) => Math.sqrt(i % 9)),
    );
    const damaged = fc.tuple(fc.nat({ max: original.length - 1 }), fc.nat({ max: 255 }), fc.nat({ max: 40 }));
    fc.assert(
      fc.property(damaged, fc.boolean(), ([place, byte, cut], cutOff) => {
        const bytes = cutOff ? original.slice(0, Math.max(0, original.length - cut)) : original.slice();
        if (place < bytes.length) bytes[place] = byte;
        try {
          decodeChunk(bytes, 0, new Float64Array(60), new Float64Array(60));
        } catch (error) {
          expect(error).toMatchObject({ name: 'MonitoringError', code: 'NOVA_MONITORING_CORRUPT' });
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is noticed when bytes are missing, left over or of an unknown form', () => {
    const bytes = encodeChunk(minute(3), Float64Array.of(1, 2, 4));
    const decode = (damaged: Uint8Array): void => decodeChunk(damaged, 0, new Float64Array(3), new Float64Array(3));
    expect(() => decode(bytes.slice(0, -1))).toThrow(/ends too early/);
    expect(() => decode(Uint8Array.of(...bytes, 0))).toThrow(/longer than its samples/);
    expect(() => decode(Uint8Array.of(3, ...bytes.slice(1)))).toThrow(/about its times/);
    expect(() => decode(Uint8Array.of((bytes[0] as number) | (7 << 2), ...bytes.slice(1)))).toThrow(/about its values/);
    expect(() => decode(Uint8Array.of((bytes[0] as number) | (7 << 5), ...bytes.slice(1)))).toThrow(/exponent/);
    expect(() => decode(new Uint8Array())).toThrow(/ends too early/);
  });
});
