import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LabelCache } from '../../src/remote-write/label-cache.ts';
import { encodeLabels, encodeWriteRequestV1 } from '../../src/remote-write/encode-v1.ts';
import { RemoteWriteReceiver } from '../../src/remote-write/remote-write-receiver.ts';
import { WriteColumns } from '../../src/remote-write/write-columns.ts';
import { WriteKernel } from '../../src/remote-write/write-kernel.ts';
import { floatBits } from '../../src/store/float-bits.ts';
import type { SampleBatch } from '../../src/store/metric-store.ts';
import type { SampleSink } from '../../src/store/sample-sink.ts';
import { compressSnappy } from '../../src/wire/compress-snappy.ts';
import { ProtoReader } from '../../src/wire/proto-reader.ts';
import { ProtoWriter } from '../../src/wire/proto-writer.ts';
import { uncompressSnappy } from '../../src/wire/uncompress-snappy.ts';
import { requestV1, series } from './requests.ts';

const maxBytes = 100_000;

function newKernel(): WriteKernel {
  const kernel = WriteKernel.create();
  if (kernel === undefined) throw new Error('This engine has no WebAssembly');
  return kernel;
}

const kernel = newKernel();

afterEach(() => vi.unstubAllGlobals());

/** What the plain way makes of a block: its bytes, or nothing when it is damaged or too big. */
function plainly(block: Uint8Array): Buffer | undefined {
  try {
    return Buffer.from(uncompressSnappy(block, maxBytes));
  } catch {
    return undefined;
  }
}

function unpacked(block: Uint8Array): Buffer | undefined {
  const bytes = kernel.unpack(block, maxBytes);
  return bytes && Buffer.from(bytes);
}

/** A length as it stands before a block. */
function varint(length: number): number[] {
  return length < 128 ? [length] : [(length % 128) | 128, ...varint(Math.floor(length / 128))];
}

describe('WriteKernel.unpack', () => {
  it('makes of copies of all lengths from all places near what the plain way makes', () => {
    const literal = Array.from({ length: 60 }, (_, i) => i + 1);
    for (let offset = 1; offset <= 60; offset++) {
      for (let length = 1; length <= 64; length++) {
        for (const tag of [
          [((length - 1) << 2) | 2, offset, 0],
          [((length - 1) << 2) | 3, offset, 0, 0, 0],
        ]) {
          const block = Uint8Array.from([60 + length + 1, 59 << 2, ...literal, ...tag, 0, 255]);
          const found = unpacked(block);
          expect(found?.length).toBe(61 + length);
          expect(found).toEqual(plainly(block));
        }
      }
    }
  });

  it('takes literals of all lengths, each way of telling them', () => {
    for (const length of [1, 15, 16, 17, 59, 60, 61, 255, 256, 257, 65_535, 65_536, 70_000]) {
      const bytes = Array.from({ length }, (_, i) => (i * 7) % 256);
      for (let extra = 1; extra <= 4; extra++) {
        if (length > 256 ** extra) continue;
        const told = Array.from({ length: extra }, (_, i) => ((length - 1) >>> (8 * i)) & 255);
        const block = Uint8Array.from([...varint(length), (59 + extra) << 2, ...told, ...bytes]);
        expect(unpacked(block)).toEqual(Buffer.from(bytes));
      }
    }
  });

  it('makes of what is packed and then damaged what the plain way makes', () => {
    const texts = fc.array(fc.tuple(fc.string({ maxLength: 30 }), fc.nat(20)), { maxLength: 20 });
    const damages = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 });
    fc.assert(
      fc.property(texts, damages, fc.nat(), (parts, changed, cut) => {
        const text = parts.map(([part, times]) => part.repeat(times)).join('');
        const block = compressSnappy(new TextEncoder().encode(text));
        expect(unpacked(block)?.toString()).toBe(text);
        for (const [place, byte] of changed) block[place % block.length] = byte;
        expect(unpacked(block)).toEqual(plainly(block));
        const part = block.subarray(0, cut % block.length);
        expect(unpacked(part)).toEqual(plainly(part));
      }),
      { numRuns: 500 },
    );
  });

  it('makes of any bytes what the plain way makes', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.uint8Array({ maxLength: 60 }), (length, bytes) => {
        const block = Uint8Array.from([...varint(length), ...bytes]);
        expect(unpacked(block)).toEqual(plainly(block));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['nothing', []],
    ['a length without an end', [0xff, 0xff, 0xff, 0xff, 0xff]],
    ['a length of 2^28', [0x80, 0x80, 0x80, 0x80, 0x01]],
    ['a literal of 2^32 bytes', [40, 63 << 2, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4]],
    ['a copy from nowhere', [8, 3 << 2, 1, 2, 3, 4, 0x01, 0]],
    ['a copy from before the beginning', [8, 3 << 2, 1, 2, 3, 4, 0x01, 5]],
    ['a copy from 2^32 - 1 before', [8, 3 << 2, 1, 2, 3, 4, 0x0f, 0xff, 0xff, 0xff, 0xff]],
    ['a copy that says no place', [8, 3 << 2, 1, 2, 3, 4, 0x02]],
    ['more than it said', [5, 3 << 2, 1, 2, 3, 4, 0x01, 4]],
    ['less than it said', [9, 3 << 2, 1, 2, 3, 4, 0x01, 4]],
    ['more than may come out', [...varint(maxBytes + 1), 0, 0]],
  ])('leaves %s to others', (_, block) => {
    expect(kernel.unpack(Uint8Array.from(block), maxBytes)).toBeUndefined();
  });

  it('shows nothing of the block before', () => {
    kernel.unpack(compressSnappy(new Uint8Array(5_000).fill(77)), maxBytes);
    // The copy would reach what was there.
    expect(kernel.unpack(Uint8Array.of(30, 0, 1, (28 << 2) | 2, 40, 0), maxBytes)).toBeUndefined();
    expect([...(kernel.unpack(Uint8Array.of(2, 4, 1, 2), maxBytes) ?? [])]).toEqual([1, 2]);
  });

  it('has no room for what is absurdly big, packed or not, and keeps none', () => {
    const before = kernel.ofLength(0).length;
    expect(kernel.unpack(compressSnappy(new Uint8Array(8_000_000)), Infinity)).toBeUndefined();
    expect(kernel.unpack(new Uint8Array(2_000_000), Infinity)).toBeUndefined();
    expect(kernel.ofLength(0).length).toBe(before);
    expect(before).toBeLessThan(6_000_000);
  });
});

describe('the memory of a kernel', () => {
  it('keeps labels as it grows, and comes back when they are forgotten', () => {
    const own = newKernel();
    const cache = new LabelCache(100_000, undefined, own);
    const empty = own.ofLength(0).length;
    const bytesOf = (i: number): Uint8Array => encodeLabels({ metric: 'up', labels: { vm: `vm-${i}`.padEnd(200) } });
    for (let i = 0; i < 50_000; i++) cache.add(bytesOf(i), 0, bytesOf(i).length, i);
    expect(own.ofLength(0).length).toBeGreaterThan(empty + 50_000 * 200);
    for (let i = 0; i < 50_000; i += 997) expect(cache.find(bytesOf(i), 0, bytesOf(i).length)).toBe(i);
    cache.clear();
    expect(own.ofLength(0).length).toBe(empty);
    expect(cache.find(bytesOf(0), 0, bytesOf(0).length)).toBeUndefined();
    cache.add(bytesOf(1), 0, bytesOf(1).length, 5);
    expect(cache.find(bytesOf(1), 0, bytesOf(1).length)).toBe(5);
  });

  it('is used again where there can be no other', () => {
    const own = newKernel();
    const cache = new LabelCache(10, undefined, own);
    cache.add(Uint8Array.of(1, 2), 0, 2, 7);
    vi.stubGlobal('WebAssembly', undefined);
    expect(WriteKernel.create()).toBeUndefined();
    cache.clear();
    expect(cache.find(Uint8Array.of(1, 2), 0, 2)).toBeUndefined();
    cache.add(Uint8Array.of(3, 4), 0, 2, 8);
    expect(cache.find(Uint8Array.of(3, 4), 0, 2)).toBe(8);
    expect([...(own.unpack(Uint8Array.of(2, 4, 1, 2), maxBytes) ?? [])]).toEqual([1, 2]);
  });
});

/** A store that only says what it was given: references in the order in which series come, and the bits of all samples. */
function listeningStore(): SampleSink & { readonly heard: unknown[] } {
  const heard: unknown[] = [];
  const refs = new Map<string, number>();
  return {
    heard,
    append: () => Promise.reject(new Error('Nothing calls it')),
    register: (ids) =>
      Promise.resolve(
        Uint32Array.from(ids, (id) => {
          const key = JSON.stringify(id);
          if (!refs.has(key)) refs.set(key, refs.size);
          return refs.get(key) as number;
        }),
      ),
    appendBatch: (batch: SampleBatch) => {
      heard.push([[...batch.refs], [...batch.timesMs], [...floatBits(batch.values)]]);
      return Promise.resolve({ appended: batch.refs.length, rejected: [] });
    },
  };
}

/** What a receiver makes of requests, one after the other: what the store was given, and each answer or error. */
async function outcomeOf(requests: readonly Uint8Array[]): Promise<unknown> {
  const store = listeningStore();
  const receiver = new RemoteWriteReceiver({ store });
  const answers: unknown[] = [];
  for (const request of requests) {
    answers.push(
      await receiver
        .receive(compressSnappy(request))
        .catch(({ code, message }: { code: string; message: string }) => ({ code, message })),
    );
  }
  return { answers, heard: store.heard };
}

async function plainOutcomeOf(requests: readonly Uint8Array[]): Promise<unknown> {
  vi.stubGlobal('WebAssembly', undefined);
  try {
    return await outcomeOf(requests);
  } finally {
    vi.unstubAllGlobals();
  }
}

const block = (tag: number, bytes: Uint8Array): Uint8Array => {
  const writer = new ProtoWriter();
  writer.block(tag, bytes);
  return writer.toBytes();
};

const labels = fc
  .record({ metric: fc.constantFrom('a', 'b', 'cpu'), vm: fc.nat(4), pad: fc.constantFrom(0, 3, 40, 150) })
  .map(({ metric, vm, pad }) => encodeLabels({ metric, labels: { vm: `${vm}`.padStart(pad, '-') } }));

const value = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Uint8Array.of(0x09, ...bytes));
const time = fc
  .oneof(fc.integer({ min: 0, max: 2 ** 44 }), fc.maxSafeInteger(), fc.constantFrom(0, 2 ** 49 - 1, 2 ** 49, -1))
  .map((timeMs) => {
    const writer = new ProtoWriter();
    writer.varint(0x10);
    writer.varint(timeMs);
    return writer.toBytes();
  });
const longTime = fc.constant(Uint8Array.of(0x10, 0x85, 0x80, 0x80, 0x00));
const unknown = fc.constantFrom(Uint8Array.of(0x20, 7), Uint8Array.of(0x2a, 2, 1, 1));
const sample = fc
  .oneof(
    { weight: 8, arbitrary: fc.tuple(value, time) },
    { weight: 3, arbitrary: fc.array(fc.oneof(value, time, longTime, unknown), { maxLength: 4 }) },
  )
  .map((parts) => block(0x12, Buffer.concat(parts)));
const timeSeries = fc
  .oneof(
    { weight: 10, arbitrary: fc.tuple(labels, fc.array(sample, { maxLength: 3 })).map(([own, all]) => [own, ...all]) },
    { weight: 2, arbitrary: fc.array(fc.oneof(labels, sample, unknown), { maxLength: 4 }) },
  )
  .map((parts) => block(0x0a, Buffer.concat(parts)));
const metadata = fc.constant(block(0x1a, Uint8Array.of(0x08, 1, 0x12, 1, 97)));
const request = fc
  .array(fc.oneof({ weight: 9, arbitrary: timeSeries }, { weight: 1, arbitrary: metadata }), { maxLength: 12 })
  .map((parts) => Uint8Array.from(Buffer.concat(parts)));

describe('WriteKernel.readKnown', () => {
  it('reads on where series come as they came the last time, however often they come around', () => {
    const own = newKernel();
    const cache = new LabelCache(100, undefined, own);
    const all = Array.from({ length: 50 }, (_, i) => series('up', { vm: `${i}` }, [1_000, i], [2_000, -i]));
    for (const [i, one] of all.entries()) {
      const bytes = encodeLabels(one);
      cache.add(bytes, 0, bytes.length, 100 + i);
    }
    const columns = new WriteColumns();
    const bytes = own.unpack(requestV1(...all.slice(20), ...all, ...all.slice(0, 7)), maxBytes);
    if (bytes === undefined) throw new Error('It was not unpacked');
    const reader = new ProtoReader(bytes);
    own.readKnown(reader, cache, columns);
    expect(columns.length).toBe(0); // the first one that is expected is another
    cache.find(encodeLabels(all[19] as (typeof all)[0]), 0, encodeLabels(all[19] as (typeof all)[0]).length);
    own.readKnown(reader, cache, columns);
    expect(reader.position).toBe(bytes.length);
    const { refs, timesMs, values } = columns.batch();
    expect([...refs.subarray(0, 4), ...refs.subarray(-3)]).toEqual([120, 120, 121, 121, 105, 106, 106]);
    expect([...timesMs.subarray(0, 4)]).toEqual([1_000, 2_000, 1_000, 2_000]);
    expect([...values.subarray(-4)]).toEqual([5, -5, 6, -6]);
  });

  it('reads more samples than there is room for at a time, of a series too', async () => {
    const samples = Array.from({ length: 9_000 }, (_, i) => [i, i] as const);
    const store = listeningStore();
    const receiver = new RemoteWriteReceiver({ store });
    const many = Array.from({ length: 5_000 }, (_, i) => series('up', { vm: `${i}` }, [1, i]));
    for (let round = 0; round < 2; round++) {
      await receiver.receive(requestV1(...many, series('long', {}, ...samples)));
    }
    expect(store.heard[1]).toEqual(store.heard[0]);
    expect((store.heard[1] as number[][])[0]).toHaveLength(14_000);
  });

  it('makes of a known request with any byte changed, or without its end, what a receiver without it makes', async () => {
    const whole = encodeWriteRequestV1([
      series('up', { vm: '1' }, [1_000, 1], [2_000, 2]),
      series('up', { vm: '2' }, [1_000, 3]),
      series('load', {}, [1_000, 4]),
    ]);
    const changed = Array.from(whole, (old, place) =>
      [0, 8, 9, 0x0a, 0x10, 0x12, 0x7f, 0x80, 0xff, old - 1, old + 1].map((byte) => {
        const copy = whole.slice();
        copy[place] = byte;
        return copy;
      }),
    ).flat();
    const cut = Array.from(whole, (_, length) => whole.slice(0, length));
    for (let from = 0; from < changed.length; from += 50) {
      const sent = [...changed.slice(from, from + 50), ...cut.slice(from, from + 50)].flatMap((one) => [whole, one]);
      expect(await outcomeOf(sent)).toEqual(await plainOutcomeOf(sent));
    }
  });

  it('makes of any series, again and again, what a receiver without it makes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 3 }), fc.nat(), fc.nat(255), async (requests, place, byte) => {
        const damaged = requests.map((bytes) => bytes.map((old, i) => (i === place % bytes.length ? byte : old)));
        const sent = [...requests, ...requests, ...damaged, ...requests];
        expect(await outcomeOf(sent)).toEqual(await plainOutcomeOf(sent));
      }),
      { numRuns: 300 },
    );
  });
});
