import { describe, expect, it } from 'vitest';
import { LabelCache } from '../../src/remote-write/label-cache.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('LabelCache', () => {
  it('finds 50,000 series by their bytes, wherever these stand, and no others', () => {
    const cache = new LabelCache(100_000);
    for (let i = 0; i < 50_000; i++) {
      const bytes = bytesOf(`..vm-${i}..`);
      expect(cache.find(bytes, 2, bytes.length - 2)).toBeUndefined();
      cache.add(bytes, 2, bytes.length - 2, i * 3);
    }
    expect(cache.size).toBe(50_000);
    for (let i = 0; i < 50_000; i++) {
      const bytes = bytesOf(`vm-${i}`);
      expect(cache.find(bytes, 0, bytes.length)).toBe(i * 3);
    }
    expect(cache.find(bytesOf('vm-50000'), 0, 8)).toBeUndefined();
    expect(cache.find(bytesOf('vm-1'), 0, 0)).toBeUndefined();
  });

  it('tells long ones apart by any byte, wherever they stand in a part of a buffer', () => {
    for (const length of [47, 48, 49, 50, 51, 52, 130]) {
      const cache = new LabelCache(1_000);
      const bytes = Uint8Array.from({ length: length + 9 }, (_, i) => (i * 37) % 251).subarray(3);
      cache.add(bytes, 2, 2 + length, 7);
      expect(cache.find(bytes, 2, 2 + length)).toBe(7);
      cache.release();
      for (let place = 2; place < 2 + length; place++) {
        for (const bit of [1, 128]) {
          bytes[place] = (bytes[place] as number) ^ bit;
          expect(cache.find(bytes, 2, 2 + length)).toBeUndefined();
          bytes[place] = (bytes[place] as number) ^ bit;
        }
      }
      const moved = new Uint8Array(length + 1);
      moved.set(bytes.subarray(2, 2 + length), 1);
      expect(cache.find(moved, 1, 1 + length)).toBe(7);
      expect(cache.find(moved, 0, length)).toBeUndefined();
    }
  });

  it('is bounded by bytes: long labels are not remembered, and many are forgotten', () => {
    const cache = new LabelCache(100_000, 1_000_000);
    const long = new Uint8Array(1_000_000);
    cache.add(long, 0, long.length, 1);
    expect(cache.size).toBe(0);
    expect(cache.find(long, 0, long.length)).toBeUndefined();
    let most = 0;
    for (let i = 0; i < 2_000; i++) {
      const bytes = bytesOf(`${i}`.padStart(4_000, '-'));
      cache.add(bytes, 0, bytes.length, i);
      expect(cache.find(bytes, 0, bytes.length)).toBe(i);
      most = Math.max(most, cache.size);
    }
    expect(most).toBe(250);
  });

  it('forgets all when it has as many as it may', () => {
    const cache = new LabelCache(2);
    for (const text of ['a', 'b', 'c']) cache.add(bytesOf(text), 0, 1, 1);
    expect(cache.size).toBe(1);
    expect(cache.find(bytesOf('a'), 0, 1)).toBeUndefined();
    expect(cache.find(bytesOf('c'), 0, 1)).toBe(1);
  });
});
