import type { Series } from '@novacron/core';
import { floatBits } from '../store/float-bits.ts';
import type { SeriesId } from '../store/metric-store.ts';
import { ProtoWriter, varintBytes } from '../wire/proto-writer.ts';

const sampleValueTag = 0x09;
const sampleTimeTag = 0x10;
const negativeTimeBytes = 10;

/** The labels of a series as a request holds them: sorted by name, the metric's as `__name__`. */
export function encodeLabels({ metric, labels }: SeriesId): Uint8Array<ArrayBuffer> {
  const pairs = [['__name__', metric], ...Object.entries(labels)] as [string, string][];
  pairs.sort(([a], [b]) => (a < b ? -1 : 1));
  const { all, one: label } = labelWriters;
  all.clear();
  for (const [name, value] of pairs) {
    label.clear();
    label.text(0x0a, name);
    label.text(0x12, value);
    all.varint(0x0a);
    all.varint(label.length);
    all.append(label);
  }
  return all.toBytes();
}

/** Used again for every series. */
const labelWriters = { all: new ProtoWriter(), one: new ProtoWriter() };

/**
 * Writes samples as a `prometheus.WriteRequest`; every bit of a value is kept.
 *
 * Source: Prometheus Remote-Write 1.0 specification.
 *
 * @param series - With times that rise.
 * @param labelsOf - The encoded labels of a series, for callers that keep them.
 */
export function encodeWriteRequestV1(
  series: readonly Series[],
  labelsOf: (series: Series) => Uint8Array = encodeLabels,
): Uint8Array<ArrayBuffer> {
  const writer = new ProtoWriter();
  for (const each of series) {
    const { timesMs, values } = each;
    const labels = labelsOf(each);
    let bytes = labels.length;
    for (const timeMs of timesMs) {
      const size = sampleBytes(timeMs);
      bytes += 1 + varintBytes(size) + size;
    }
    writer.varint(0x0a);
    writer.varint(bytes);
    writer.raw(labels);
    const bits = floatBits(values);
    for (let i = 0; i < timesMs.length; i++) {
      const timeMs = timesMs[i] as number;
      writer.varint(0x12);
      writer.varint(sampleBytes(timeMs));
      writer.varint(sampleValueTag);
      writer.words(bits[2 * i] as number, bits[2 * i + 1] as number);
      writer.varint(sampleTimeTag);
      writer.varint(timeMs);
    }
  }
  return writer.toBytes();
}

function sampleBytes(timeMs: number): number {
  return 1 + 8 + 1 + (timeMs < 0 ? negativeTimeBytes : varintBytes(timeMs));
}
