import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtoReader } from '../../src/wire/proto-reader.ts';
import { ProtoWriter, varintBytes } from '../../src/wire/proto-writer.ts';

const invalid = expect.objectContaining({ code: 'NOVA_MONITORING_INVALID' }) as Error;

describe('ProtoWriter and ProtoReader', () => {
  it('keep whole numbers of either sign, up to 2^53', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const writer = new ProtoWriter();
        writer.varint(value);
        const reader = new ProtoReader(writer.toBytes());
        expect(reader.signed()).toBe(value);
        expect(reader.position).toBe(writer.length);
        if (value >= 0) expect(varintBytes(value)).toBe(writer.length);
      }),
    );
  });

  it('keep all bits of a double, and texts', () => {
    const writer = new ProtoWriter();
    writer.words(2, 0x7ff0_0000); // Prometheus' stale marker
    writer.text(0x12, 'größer ✓');
    const reader = new ProtoReader(writer.toBytes());
    const bits = new Uint32Array(2);
    reader.copyDouble(bits, 0);
    expect([...bits]).toEqual([2, 0x7ff0_0000]);
    expect(reader.tag()).toBe(0x12);
    expect(reader.text()).toBe('größer ✓');
  });

  it('read texts as they are written, however many are alike and were read before', () => {
    const short = fc.string({ unit: fc.constantFrom('a', 'b', '0', '_', '\0', 'é', '✓', '😀'), maxLength: 40 });
    fc.assert(
      fc.property(fc.array(short, { maxLength: 30 }), (texts) => {
        const writer = new ProtoWriter();
        for (const text of [...texts, ...texts]) writer.text(0x0a, text);
        const reader = new ProtoReader(writer.toBytes());
        for (const text of [...texts, ...texts]) {
          expect(reader.tag()).toBe(0x0a);
          expect(reader.text()).toBe(text);
        }
      }),
    );
  });

  it('read numbers of fixed length', () => {
    const bytes = new Uint8Array(24);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, 1_700_000_000_000_000_000n, true);
    view.setBigInt64(8, -5n, true);
    view.setFloat64(16, 0.1, true);
    const reader = new ProtoReader(bytes);
    expect(reader.fixed64()).toBe(1_700_000_000_000_000_000);
    expect(reader.signedFixed64()).toBe(-5);
    expect(reader.double()).toBe(0.1);
  });

  it('go over fields that they do not know, of every type', () => {
    const reader = new ProtoReader(
      Uint8Array.of(0x08, 0x96, 0x01, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1a, 2, 9, 9, 0x25, 1, 2, 3, 4),
    );
    for (let i = 0; i < 4; i++) reader.skip(reader.tag());
    expect(reader.position).toBe(reader.bytes.length);
  });

  it('refuse what is damaged, before anything is made of it', () => {
    const cases: readonly (readonly [readonly number[], (reader: ProtoReader) => unknown])[] = [
      [[], (reader) => reader.tag()],
      [[0x80], (reader) => reader.unsigned()],
      [Array.from({ length: 11 }, () => 0xff), (reader) => reader.unsigned()],
      [[0x00], (reader) => reader.tag()],
      [[0xff, 0xff, 0xff, 0xff, 0x7f, 1], (reader) => reader.block()],
      [[5, 1, 2], (reader) => reader.block()],
      [[1, 2, 3], (reader) => reader.double()],
      [[1, 2, 3], (reader) => reader.fixed64()],
      [[2, 0xc3, 0x28], (reader) => reader.text()],
      [[0x0b], (reader) => reader.skip(reader.tag())], // a group
      [[0x0d, 1], (reader) => reader.skip(reader.tag())],
      [[1, 2], (reader) => reader.expectEnd(1)],
    ];
    for (const [bytes, read] of cases) expect(() => read(new ProtoReader(Uint8Array.from(bytes)))).toThrow(invalid);
  });
});
