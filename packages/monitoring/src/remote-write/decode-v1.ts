import type { MetricType } from '../metadata/metric-metadata.ts';
import { ProtoReader } from '../wire/proto-reader.ts';
import { readSample } from './read-sample.ts';
import type { LabelPair, WriteSink } from './write-sink.ts';

/** Numbers of fields, with their wire types. */
const field = {
  request: { timeseries: 0x0a, metadata: 0x1a },
  series: { labels: 0x0a, samples: 0x12, exemplars: 0x1a, histograms: 0x22 },
  label: { name: 0x0a, value: 0x12 },
  exemplar: { labels: 0x0a, value: 0x11, timestamp: 0x18 },
  metadata: { type: 0x08, metric: 0x12, help: 0x22, unit: 0x2a },
} as const;

/** `MetricMetadata.MetricType` of both protocols, by number. */
export const metricTypes: readonly MetricType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
];

/**
 * Reads a `prometheus.WriteRequest`.
 *
 * Source: Prometheus Remote-Write 1.0 specification; `prompb/remote.proto`.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when the bytes are no such message.
 */
export function decodeWriteRequestV1(reader: ProtoReader, sink: WriteSink): void {
  const end = reader.bytes.length;
  for (;;) {
    sink.readKnown?.(reader);
    if (reader.position >= end) return;
    const tag = reader.tag();
    if (tag === field.request.timeseries) readSeries(reader, reader.block(), sink);
    else if (tag === field.request.metadata) readMetadata(reader, reader.block(), sink);
    else reader.skip(tag);
  }
}

function readSeries(reader: ProtoReader, end: number, sink: WriteSink): void {
  const { columns } = sink;
  const from = columns.length;
  let exemplars: number[] | undefined;
  let labelsStart = reader.position;
  let labelsEnd = labelsStart;
  let scattered: Uint8Array | undefined;
  while (reader.position < end) {
    const start = reader.position;
    const tag = reader.tag();
    if (tag === field.series.samples) {
      readSample(reader, reader.block(end), columns);
    } else if (tag === field.series.labels) {
      const labelEnd = reader.block(end);
      reader.position = labelEnd;
      if (scattered !== undefined) scattered = joined(scattered, reader.bytes.subarray(start, labelEnd));
      else if (labelsEnd === labelsStart) labelsStart = start;
      else if (labelsEnd !== start) {
        scattered = joined(reader.bytes.subarray(labelsStart, labelsEnd), reader.bytes.subarray(start, labelEnd));
      }
      labelsEnd = labelEnd;
    } else {
      if (tag === field.series.exemplars) (exemplars ??= []).push(start);
      else if (tag === field.series.histograms) sink.histogram();
      reader.skip(tag);
    }
  }
  reader.expectEnd(end);
  const bytes = scattered ?? reader.bytes;
  const first = scattered === undefined ? labelsStart : 0;
  const last = scattered === undefined ? labelsEnd : scattered.length;
  if (columns.length > from && !sink.series(from, bytes, first, last)) {
    sink.newSeries(from, bytes, first, last, labelsOf(bytes, first, last));
  }
  if (exemplars === undefined) return;
  for (const place of exemplars) readExemplar(reader, place, labelsOf(bytes, first, last), sink);
  reader.position = end;
}

function labelsOf(bytes: Uint8Array, start: number, end: number): () => LabelPair[] {
  return () => readLabels(bytes, start, end, field.series.labels);
}

/** The labels that stand between two places of some bytes. */
function readLabels(bytes: Uint8Array, start: number, end: number, labelTag: number): LabelPair[] {
  const own = new ProtoReader(bytes, start);
  const labels: LabelPair[] = [];
  while (own.position < end) {
    const tag = own.tag();
    if (tag !== labelTag) {
      own.skip(tag);
      continue;
    }
    const labelEnd = own.block(end);
    let name = '';
    let value = '';
    while (own.position < labelEnd) {
      const part = own.tag();
      if (part === field.label.name) name = own.text(labelEnd);
      else if (part === field.label.value) value = own.text(labelEnd);
      else own.skip(part);
    }
    own.expectEnd(labelEnd);
    labels.push([name, value]);
  }
  return labels;
}

function readExemplar(reader: ProtoReader, place: number, labels: () => readonly LabelPair[], sink: WriteSink): void {
  reader.position = place;
  reader.tag();
  const end = reader.block();
  const start = reader.position;
  let value = 0;
  let timeMs = 0;
  while (reader.position < end) {
    const tag = reader.tag();
    if (tag === field.exemplar.value) value = reader.double();
    else if (tag === field.exemplar.timestamp) timeMs = reader.signed();
    else reader.skip(tag);
  }
  reader.expectEnd(end);
  const own = readLabels(reader.bytes, start, end, field.exemplar.labels);
  sink.exemplar(labels(), { labels: Object.fromEntries(own), value, timeMs });
}

function readMetadata(reader: ProtoReader, end: number, sink: WriteSink): void {
  let type = 0;
  let [metric, help, unit] = ['', '', ''];
  while (reader.position < end) {
    const tag = reader.tag();
    if (tag === field.metadata.type) type = reader.unsigned();
    else if (tag === field.metadata.metric) metric = reader.text(end);
    else if (tag === field.metadata.help) help = reader.text(end);
    else if (tag === field.metadata.unit) unit = reader.text(end);
    else reader.skip(tag);
  }
  reader.expectEnd(end);
  sink.metadata({ metric, type: metricTypes[type] ?? 'unknown', help, unit });
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
