import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compressSnappy } from '../../src/wire/compress-snappy.ts';
import { uncompressSnappy } from '../../src/wire/uncompress-snappy.ts';

const maxBytes = 1_000_000;

/** Texts with much to copy, from near and from far. */
const repetitive = fc
  .array(fc.tuple(fc.string({ maxLength: 80 }), fc.nat(30)), { maxLength: 60 })
  .map((parts) => new TextEncoder().encode(parts.map(([text, times]) => text.repeat(times)).join('')));

/** More than matches reach over. */
const large = fc
  .integer({ min: 60_000, max: 140_000 })
  .map((length) => Uint8Array.from({ length }, (_, i) => (i * i) >> 9));

describe('compressSnappy', () => {
  it('makes what repeats itself small, and what does not hardly bigger', () => {
    const repeated = new TextEncoder().encode('node_cpu_seconds_total{cpu="0"} '.repeat(5000));
    expect(compressSnappy(repeated).length).toBeLessThan(repeated.length / 15);
    const random = Uint8Array.from({ length: 200_000 }, (_, i) => Math.imul(i ^ (i >> 3), 0x9e37_79b1) >>> 24);
    expect(compressSnappy(random).length).toBeLessThan(random.length * 1.01);
  });
});

describe('uncompressSnappy', () => {
  it('gives back what was packed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 5000 }), repetitive, large), (bytes) => {
        expect(Buffer.from(uncompressSnappy(compressSnappy(bytes), maxBytes))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('unpacks each kind of copy and each length of literal', () => {
    const literal = (length: number): number[] => Array.from({ length }, (_, i) => i % 251);
    // 4 bytes as they are, then 4 from 4 before (one byte of offset), 5 from 2 before (two), 3 from 1 before (four).
    const block = [16, 3 << 2, 1, 2, 3, 4, 0x01, 4, (4 << 2) | 2, 2, 0, (2 << 2) | 3, 1, 0, 0, 0];
    expect([...uncompressSnappy(Uint8Array.from(block), maxBytes)]).toEqual([
      1, 2, 3, 4, 1, 2, 3, 4, 3, 4, 3, 4, 3, 3, 3, 3,
    ]);
    for (const length of [59, 60, 61, 256, 257, 70_000]) {
      const bytes = literal(length);
      const head =
        length <= 60
          ? [(length - 1) << 2]
          : [62 << 2, (length - 1) & 255, ((length - 1) >> 8) & 255, (length - 1) >> 16];
      const varint =
        length < 128
          ? [length]
          : length < 16_384
            ? [(length & 127) | 128, length >> 7]
            : [(length & 127) | 128, ((length >> 7) & 127) | 128, length >> 14];
      expect([...uncompressSnappy(Uint8Array.from([...varint, ...head, ...bytes]), maxBytes)]).toEqual(bytes);
    }
    expect(uncompressSnappy(Uint8Array.of(0), maxBytes)).toHaveLength(0);
  });

  it('refuses what is damaged, and hangs on nothing', () => {
    const damaged = [
      [],
      [0xff, 0xff, 0xff, 0xff, 0xff],
      [4],
      [4, 3 << 2, 1, 2],
      [8, 0x01, 1], // a copy from before the beginning
      [8, 3 << 2, 1, 2, 3, 4, 0x01, 0], // from nowhere
      [8, 3 << 2, 1, 2, 3, 4, 0x01, 9],
      [5, 3 << 2, 1, 2, 3, 4, 0x01, 4], // more than it said
      [9, 3 << 2, 1, 2, 3, 4, 0x01, 4], // less
      [9, 3 << 2, 1, 2, 3, 4, 0x02, 4],
      // A length of 2^32 - 15: whoever reads it as a signed number goes backwards for ever.
      [40, 63 << 2, 0xf0, 0xff, 0xff, 0xff, 1, 2, 3, 4],
    ];
    for (const block of damaged) {
      expect(() => uncompressSnappy(Uint8Array.from(block), maxBytes)).toThrow(
        expect.objectContaining({ code: 'NOVA_MONITORING_INVALID' }),
      );
    }
  });

  it('makes no room for what is too big', () => {
    expect(() => uncompressSnappy(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f), maxBytes)).toThrow(
      expect.objectContaining({ code: 'NOVA_MONITORING_QUOTA', details: { limit: 'maxBytes' } }),
    );
  });

  it('ends on any bytes, with an error or with as many bytes as the block says', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (block) => {
        try {
          expect(uncompressSnappy(block, 10_000).length).toBeLessThanOrEqual(10_000);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^NOVA_MONITORING_(?:INVALID|QUOTA)$/) as string });
        }
      }),
    );
  });
});
