import { seededRandom } from '@novacron/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hasPointKernel, writePoints } from '../../src/http/point-text.ts';
import { formatSample } from '../../src/promql/result/format-float.ts';

const random = seededRandom(11);

type Write = typeof writePoints;

function textOf(timesMs: Float64Array, values: Float64Array, write: Write = writePoints): string {
  let text = '';
  write(timesMs, values, (bytes) => (text += new TextDecoder().decode(bytes)));
  return text;
}

/** The definition: numbers as the engine itself makes them text. */
function expectedText(timesMs: Float64Array, values: Float64Array): string {
  return Array.from(timesMs, (timeMs, i) => `[${timeMs / 1000},"${formatSample(values[i] as number)}"]`).join(',');
}

function expectSame(values: Float64Array, timesMs: Float64Array = values.map((_, i) => i * 15_000)): void {
  // One text is compared and not a hundred thousand, which would take longer than all else.
  const [found, expected] = [textOf(timesMs, values), expectedText(timesMs, values)];
  if (found !== expected) expect(found.split('],[')).toEqual(expected.split('],['));
}

/** The numbers next to some. */
function neighbours(numbers: readonly number[]): Float64Array {
  const bits = new BigInt64Array(Float64Array.from(numbers).buffer);
  const near = Array.from(bits).flatMap((one) => [one - 2n, one - 1n, one, one + 1n, one + 2n]);
  return new Float64Array(BigInt64Array.from(near).buffer);
}

const powers = (base: number, from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => (base === 10 ? Number(`1e${from + i}`) : base ** (from + i)));

afterEach(() => vi.unstubAllGlobals());

describe('points as text', () => {
  it('are written by the kernel here', () => {
    expect(hasPointKernel()).toBe(true);
  });

  it('have the fewest digits of a hundred thousand numbers of any bits', () => {
    const words = Uint32Array.from({ length: 200_000 }, () => Math.floor(random() * 2 ** 32));
    expectSame(new Float64Array(words.buffer));
  });

  it.each([
    ['powers of two', powers(2, -1074, 1023)],
    ['powers of ten', powers(10, -323, 308)],
    ['the smallest numbers', Array.from({ length: 1_000 }, (_, i) => i * Number.MIN_VALUE)],
    ['integers and halves', Array.from({ length: 4_000 }, (_, i) => (i - 2_000) / 2)],
    ['integers around those that are not exact any more', powers(2, 50, 70).flatMap((n) => [n - 1, n, n + 1, -n])],
    ['where exponents begin', [1e21, 1e-6, 1e-7, 123_456_789e-14, 999_999_999_999_999_900_000, 9.99999e-7]],
    ['both ends', [Number.MAX_VALUE, Number.MIN_VALUE, 2 ** -1022, 2 ** -1022 - Number.MIN_VALUE]],
  ])('are right for %s and the numbers beside them', (_, numbers) => {
    expectSame(Float64Array.from(numbers));
    expectSame(neighbours(numbers));
    expectSame(neighbours(numbers).map((number) => -number));
  });

  it('are right for numbers of few digits', () => {
    for (let decimals = 0; decimals < 17; decimals++) {
      expectSame(Float64Array.from({ length: 2_000 }, () => Math.floor(random() * 1e6) / 10 ** decimals));
    }
  });

  it('tell what is not a number, and zeros apart', () => {
    const values = Float64Array.of(Number.NaN, Infinity, -Infinity, 0, -0);
    expect(textOf(new Float64Array(5), values)).toBe('[0,"NaN"],[0,"+Inf"],[0,"-Inf"],[0,"0"],[0,"-0"]');
  });

  it('have times in seconds, with as many decimals as there are', () => {
    const times = Float64Array.of(0, 1, 10, 100, 1_000, 1_500, -1, -1_234, 1.7e12, 1_768_089_600_123, 0.5, 1e18, -0);
    expect(
      textOf(
        times,
        times.map(() => 1),
      ).replaceAll(',"1"', ''),
    ).toBe(
      '[0],[0.001],[0.01],[0.1],[1],[1.5],[-0.001],[-1.234],[1700000000],[1768089600.123],[0.0005],[1000000000000000],[0]',
    );
    const any = Float64Array.from({ length: 20_000 }, () => Math.floor((random() - 0.5) * 10 ** (random() * 17)));
    expectSame(any, any);
  });

  it('are JSON, however many there are', () => {
    for (const count of [0, 1, 1_023, 1_024, 1_025, 5_000]) {
      const times = Float64Array.from({ length: count }, (_, i) => i * 1_000);
      const points = JSON.parse(`[${textOf(times, times)}]`) as [number, string][];
      expect(points.map(([seconds]) => seconds)).toEqual(Array.from({ length: count }, (_, i) => i));
    }
  });

  it('are the same where WebAssembly is forbidden', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    vi.resetModules();
    const plain = await import('../../src/http/point-text.ts');
    expect(plain.hasPointKernel()).toBe(false);
    const values = Float64Array.from({ length: 3_000 }, () => (random() - 0.5) * 10 ** (random() * 60 - 30));
    const times = values.map((_, i) => i * 1_001);
    expect(textOf(times, values, plain.writePoints)).toBe(expectedText(times, values));
  });
});
