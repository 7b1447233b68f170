import { invalidInput } from '../error.ts';
import { ProtoReader } from '../wire/proto-reader.ts';
import { metricTypes } from './decode-v1.ts';
import type { SymbolTable } from './symbol-table.ts';
import { readSample } from './read-sample.ts';
import type { LabelPair, WriteSink } from './write-sink.ts';

/** Numbers of fields, with their wire types. */
const field = {
  request: { symbols: 0x22, timeseries: 0x2a },
  series: { labels: 0x0a, label: 0x08, samples: 0x12, histograms: 0x1a, exemplars: 0x22, metadata: 0x2a },
  exemplar: { labels: 0x0a, label: 0x08, value: 0x11, timestamp: 0x18 },
  metadata: { type: 0x08, help: 0x18, unit: 0x20 },
} as const;

/**
 * Reads an `io.prometheus.write.v2.Request`, in which every text stands once and labels are numbers of texts.
 *
 * Source: Prometheus Remote-Write 2.0 specification; `io/prometheus/write/v2/types.proto`.
 *
 * @param symbols - Numbers texts across requests.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when the bytes are no such message, or a number has no text.
 */
export function decodeWriteRequestV2(reader: ProtoReader, sink: WriteSink, symbols: SymbolTable): void {
  const { bytes } = reader;
  const series: number[] = [];
  symbols.begin();
  while (reader.position < bytes.length) {
    const tag = reader.tag();
    if (tag === field.request.symbols) {
      const end = reader.block();
      symbols.add(bytes, reader.position, end);
      reader.position = end;
    } else if (tag === field.request.timeseries) {
      const end = reader.block();
      series.push(reader.position, end);
      reader.position = end;
    } else reader.skip(tag);
  }
  // A series may stand before the texts that it names.
  for (let i = 0; i < series.length; i += 2) {
    readSeries(new ProtoReader(bytes, series[i]), series[i + 1] as number, sink, symbols);
  }
}

function readSeries(reader: ProtoReader, end: number, sink: WriteSink, symbols: SymbolTable): void {
  const { columns } = sink;
  const from = columns.length;
  const numbers: number[] = [];
  const exemplars: number[] = [];
  let metadataAt: number | undefined;
  while (reader.position < end) {
    const start = reader.position;
    const tag = reader.tag();
    if (tag === field.series.samples) readSample(reader, reader.block(end), columns);
    else if (tag === field.series.labels) readNumbers(reader, reader.block(end), numbers);
    else if (tag === field.series.label) numbers.push(reader.unsigned());
    else {
      if (tag === field.series.exemplars) exemplars.push(start);
      else if (tag === field.series.metadata) metadataAt = start;
      else if (tag === field.series.histograms) sink.histogram();
      reader.skip(tag);
    }
  }
  reader.expectEnd(end);
  const labels = (): LabelPair[] => pairs(numbers, symbols);
  if (columns.length > from) {
    const key = symbols.keyOf(numbers);
    if (!sink.series(from, key, 0, key.length)) sink.newSeries(from, key, 0, key.length, labels);
  }
  for (const place of exemplars) readExemplar(reader, place, labels, sink, symbols);
  if (metadataAt !== undefined) readMetadata(reader, metadataAt, labels(), sink, symbols);
}

function readNumbers(reader: ProtoReader, end: number, numbers: number[]): void {
  while (reader.position < end) numbers.push(reader.unsigned());
  reader.expectEnd(end);
}

/** @throws {MonitoringError} NOVA_MONITORING_INVALID when a name has no value. */
function pairs(numbers: readonly number[], symbols: SymbolTable): LabelPair[] {
  if (numbers.length % 2 === 1) throw invalidInput('The last label of a series has a name but no value');
  return Array.from({ length: numbers.length / 2 }, (_, index) => [
    symbols.text(numbers[2 * index] as number),
    symbols.text(numbers[2 * index + 1] as number),
  ]);
}

function readExemplar(
  reader: ProtoReader,
  place: number,
  labels: () => readonly LabelPair[],
  sink: WriteSink,
  symbols: SymbolTable,
): void {
  reader.position = place;
  reader.tag();
  const end = reader.block();
  const numbers: number[] = [];
  let value = 0;
  let timeMs = 0;
  while (reader.position < end) {
    const tag = reader.tag();
    if (tag === field.exemplar.labels) readNumbers(reader, reader.block(end), numbers);
    else if (tag === field.exemplar.label) numbers.push(reader.unsigned());
    else if (tag === field.exemplar.value) value = reader.double();
    else if (tag === field.exemplar.timestamp) timeMs = reader.signed();
    else reader.skip(tag);
  }
  reader.expectEnd(end);
  sink.exemplar(labels(), { labels: Object.fromEntries(pairs(numbers, symbols)), value, timeMs });
}

function readMetadata(
  reader: ProtoReader,
  place: number,
  labels: readonly LabelPair[],
  sink: WriteSink,
  symbols: SymbolTable,
): void {
  reader.position = place;
  reader.tag();
  const end = reader.block();
  let [type, help, unit] = [0, 0, 0];
  while (reader.position < end) {
    const tag = reader.tag();
    if (tag === field.metadata.type) type = reader.unsigned();
    else if (tag === field.metadata.help) help = reader.unsigned();
    else if (tag === field.metadata.unit) unit = reader.unsigned();
    else reader.skip(tag);
  }
  reader.expectEnd(end);
  const [, name = ''] = labels.find(([label]) => label === '__name__') ?? [];
  const known = metricTypes[type] ?? 'unknown';
  sink.metadata({
    metric: familyOf(name, known === 'histogram' || known === 'gaugehistogram' || known === 'summary'),
    type: known,
    help: symbols.text(help),
    unit: symbols.text(unit),
  });
}

/** The metric that a histogram's or summary's series is part of. */
function familyOf(name: string, hasParts: boolean): string {
  return hasParts ? name.replace(/_(?:bucket|sum|count|gsum|gcount)$/, '') : name;
}
