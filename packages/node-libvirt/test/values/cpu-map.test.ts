import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuList, cpuMap, cpuMapBytes, readCpuList, readCpuMap, readCpuMaps } from '../../src/values/cpu-map.ts';

const cpus = fc.uniqueArray(fc.nat(16_383)).map((numbers) => numbers.toSorted((a, b) => a - b));

describe('a map of CPUs', () => {
  it('has the bit of each: the lowest of the first byte is CPU 0', () => {
    expect([...cpuMap([0, 1, 8], 'x')]).toEqual([3, 1]);
    expect([...cpuMap([], 'x')]).toEqual([0]);
  });

  it('comes back as it went, as bits and as text', () => {
    fc.assert(
      fc.property(cpus, (numbers) => {
        expect(readCpuMap(cpuMap(numbers, 'x'))).toEqual(numbers);
        expect(readCpuList(cpuList(numbers, 'x'))).toEqual(numbers);
      }),
    );
  });

  it('stands in a row with others', () => {
    expect(readCpuMaps(Uint8Array.of(1, 0, 0, 128), 2, 2)).toEqual([[0], [15]]);
    expect(readCpuMaps(Uint8Array.of(1), 2, 2)).toEqual([[0], []]);
  });

  it('is as long as the host is wide', () => {
    expect([0, 1, 8, 9, 64].map((count) => cpuMapBytes(count))).toEqual([1, 1, 1, 2, 8]);
  });
});

describe('a list of CPUs', () => {
  it('is as short as can be, in order, without repetition', () => {
    expect(cpuList([3, 1, 2, 2, 7, 9, 8], 'x')).toBe('1-3,7-9');
    expect(cpuList([], 'x')).toBe('');
  });

  it('may leave some out', () => {
    expect(readCpuList('0-4,^2,^3,9')).toEqual([0, 1, 4, 9]);
    expect(readCpuList('')).toEqual([]);
  });

  it('of ten million takes no time', () => {
    expect(readCpuList('0-10000000')).toHaveLength(16_384);
  });
});
