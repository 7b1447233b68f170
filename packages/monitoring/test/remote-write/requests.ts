import type { Labels, Series } from '@novacron/core';
import { compressSnappy } from '../../src/wire/compress-snappy.ts';
import { encodeWriteRequestV1 } from '../../src/remote-write/encode-v1.ts';
import { ProtoWriter } from '../../src/wire/proto-writer.ts';

/** A series of some samples, `[timeMs, value]`, in any order. */
export function series(metric: string, labels: Labels, ...samples: readonly (readonly [number, number])[]): Series {
  return {
    metric,
    labels,
    timesMs: Float64Array.from(samples, ([timeMs]) => timeMs),
    values: Float64Array.from(samples, ([, value]) => value),
  };
}

/** A packed request of the protocol 1.0. */
export function requestV1(...all: readonly Series[]): Uint8Array {
  return compressSnappy(encodeWriteRequestV1(all));
}

/** What a request of the protocol 2.0 may say of a series besides its samples. */
export interface SeriesV2 extends Series {
  readonly type?: number | undefined;
  readonly help?: string | undefined;
  readonly exemplar?: { readonly labels: Labels; readonly value: number; readonly timeMs: number } | undefined;
}

/** A packed request of the protocol 2.0; its texts come after the series, which is allowed. */
export function requestV2(...all: readonly SeriesV2[]): Uint8Array {
  const symbols = [''];
  const numberOf = (text: string): number => {
    const known = symbols.indexOf(text);
    return known >= 0 ? known : symbols.push(text) - 1;
  };
  const request = new ProtoWriter();
  for (const each of all) {
    const body = new ProtoWriter();
    body.block(
      0x0a,
      numbers(
        Object.entries({ __name__: each.metric, ...each.labels })
          .flat()
          .map(numberOf),
      ),
    );
    for (let i = 0; i < each.timesMs.length; i++) {
      body.block(0x12, sample(0x09, each.values[i] as number, 0x10, each.timesMs[i] as number));
    }
    if (each.exemplar !== undefined) {
      const { labels, value, timeMs } = each.exemplar;
      const exemplar = new ProtoWriter();
      exemplar.block(0x0a, numbers(Object.entries(labels).flat().map(numberOf)));
      exemplar.raw(sample(0x11, value, 0x18, timeMs));
      body.block(0x22, exemplar.toBytes());
    }
    if (each.type !== undefined) {
      const metadata = new ProtoWriter();
      metadata.varint(0x08);
      metadata.varint(each.type);
      metadata.varint(0x18);
      metadata.varint(numberOf(each.help ?? ''));
      body.block(0x2a, metadata.toBytes());
    }
    request.block(0x2a, body.toBytes());
  }
  for (const text of symbols) request.text(0x22, text);
  return compressSnappy(request.toBytes());
}

function numbers(values: readonly number[]): Uint8Array {
  const writer = new ProtoWriter();
  for (const value of values) writer.varint(value);
  return writer.toBytes();
}

function sample(valueTag: number, value: number, timeTag: number, timeMs: number): Uint8Array {
  const writer = new ProtoWriter();
  const [low = 0, high = 0] = new Uint32Array(Float64Array.of(value).buffer);
  writer.varint(valueTag);
  writer.words(low, high);
  writer.varint(timeTag);
  writer.varint(timeMs);
  return writer.toBytes();
}
