import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitZeros } from '../../src/storage/split-zeros.ts';

const block = 65_536;

describe('splitZeros', () => {
  it('makes holes of whole blocks of zeros and of nothing else', () => {
    const bytes = Buffer.alloc(5 * block + 10);
    bytes[2 * block] = 1;
    bytes[4 * block - 1] = 1;
    const parts = [...splitZeros(bytes)].map((part) => (part.type === 'hole' ? -part.lengthBytes : part.data.length));
    expect(parts).toEqual([-2 * block, 2 * block, -block, 10]);
  });

  it('gives nothing for nothing', () => {
    expect([...splitZeros(new Uint8Array())]).toEqual([]);
  });

  it('loses no byte', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.nat({ max: 3 * block }).map((length) => new Uint8Array(length)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const bytes = Buffer.concat(pieces);
        const parts = [...splitZeros(bytes)];
        const joined = parts.map((part) => (part.type === 'hole' ? Buffer.alloc(part.lengthBytes) : part.data));
        expect(Buffer.concat(joined).equals(bytes)).toBe(true);
        for (const part of parts) if (part.type === 'hole') expect(part.lengthBytes % block).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});
