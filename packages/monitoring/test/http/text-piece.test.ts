import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextPiece } from '../../src/http/text-piece.ts';

describe('TextPiece', () => {
  it('puts texts and bytes behind each other as they come, piece after piece', () => {
    const part = fc.record({ text: fc.string({ unit: 'binary', maxLength: 3_000 }), isBytes: fc.boolean() });
    fc.assert(
      fc.property(fc.array(fc.array(part, { maxLength: 20 }), { maxLength: 4 }), (parts) => {
        const piece = new TextPiece();
        for (const some of parts) {
          for (const { text, isBytes } of some) {
            if (isBytes) piece.bytes(new TextEncoder().encode(text));
            else piece.text(text);
          }
          const expected = some.map(({ text }) => text).join('');
          expect(piece.length).toBeGreaterThanOrEqual(expected === '' ? 0 : 1);
          expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(piece.take())).toBe(expected);
          expect(piece.length).toBe(0);
        }
      }),
    );
  });

  it('does not go on with the room of a piece that was an exception', () => {
    const piece = new TextPiece();
    piece.bytes(new Uint8Array(16_000_000));
    expect(piece.take().length).toBe(16_000_000);
    piece.text('short');
    expect(piece.take().buffer.byteLength).toBeLessThan(1_000_000);
  });

  it('gives away what it does not write to any more', () => {
    const piece = new TextPiece();
    piece.text('first');
    const first = piece.take();
    piece.text('other');
    piece.take();
    expect(new TextDecoder().decode(first)).toBe('first');
  });
});
