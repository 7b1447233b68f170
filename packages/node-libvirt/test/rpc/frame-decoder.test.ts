import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameDecoder, FrameLengthError } from '../../src/rpc/frame-decoder.ts';
import { frame } from '../../src/testing/fake-daemon.ts';

/** Cuts the bytes into chunks and collects the frames that come out. */
function decode(chunks: readonly Buffer[]): Buffer[] {
  const frames: Buffer[] = [];
  const decoder = new FrameDecoder((buffer, start, end) => frames.push(Buffer.from(buffer.subarray(start, end))));
  for (const chunk of chunks) decoder.push(chunk);
  return frames;
}

describe('FrameDecoder', () => {
  it('gives the same frames however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 }),
        (payloads, cuts) => {
          const frames = payloads.map((payload, serial) => frame({ serial }, payload));
          const bytes = Buffer.concat(frames);
          const chunks: Buffer[] = [];
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const length = cuts[i % cuts.length] ?? 1;
            chunks.push(bytes.subarray(at, at + length));
            at += length;
          }
          expect(decode(chunks)).toEqual(frames);
        },
      ),
    );
  });

  it('takes room for what came, not for what a length announces', () => {
    const decoder = new FrameDecoder(() => {});
    const start = Buffer.alloc(100);
    start.writeUInt32BE(33_554_436);
    decoder.push(start);
    expect(decoder.heldBytes).toBeLessThanOrEqual(65_536);
    for (let i = 0; i < 100; i++) decoder.push(Buffer.alloc(10_000));
    expect(decoder.heldBytes).toBeLessThanOrEqual(4 * 1_000_100);
  });

  it('takes the largest message that libvirt sends', () => {
    const largest = frame({}, Buffer.alloc(33_554_436 - 28, 1));
    const chunks = Array.from({ length: Math.ceil(largest.length / 65_536) }, (_, i) =>
      largest.subarray(i * 65_536, (i + 1) * 65_536),
    );
    expect(decode(chunks)[0]?.equals(largest)).toBe(true);
  });

  it.each([0, 4, 27, 33_554_437, 0xffff_ffff])('refuses a length of %d', (length) => {
    const word = Buffer.alloc(4);
    word.writeUInt32BE(length);
    expect(() => decode([word])).toThrow(FrameLengthError);
    expect(() => decode([word.subarray(0, 2), word.subarray(2)])).toThrow(FrameLengthError);
  });

  it('lets go of its room when a frame is whole', () => {
    const decoder = new FrameDecoder(() => {});
    const bytes = frame({}, Buffer.alloc(100_000));
    decoder.push(bytes.subarray(0, 50_000));
    decoder.push(bytes.subarray(50_000));
    expect(decoder.heldBytes).toBe(0);
  });
});
