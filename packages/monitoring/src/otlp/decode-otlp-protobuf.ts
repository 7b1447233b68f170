import { invalidInput } from '../error.ts';
import { ProtoReader, wireType } from '../wire/proto-reader.ts';
import {
  temporalities,
  type OtlpAttributes,
  type OtlpExemplar,
  type OtlpMetric,
  type OtlpPoint,
  type OtlpRequest,
  type OtlpValue,
} from './otlp-metrics.ts';

/** Attributes within attributes deeper than this are no metric's. */
const maxDepth = 16;

type Fields = Readonly<Record<number, (reader: ProtoReader, end: number, isBlock: boolean) => void>>;

/**
 * Reads an `ExportMetricsServiceRequest` as Protocol Buffers write it.
 *
 * Source: OpenTelemetry protocol, `metrics.proto`, `common.proto`.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when the bytes are no such message; for a point, when it is asked for.
 */
export function decodeOtlpProtobuf(bytes: Uint8Array): OtlpRequest {
  const resources: OtlpRequest['resources'][number][] = [];
  message(new ProtoReader(bytes), bytes.length, {
    1: (reader, end) => resources.push(readResourceMetrics(reader, end)),
  });
  return { resources };
}

function readResourceMetrics(start: ProtoReader, end: number): OtlpRequest['resources'][number] {
  let attributes: OtlpAttributes = {};
  const scopes: OtlpRequest['resources'][number]['scopes'][number][] = [];
  message(start, end, {
    1: (reader, own) => (attributes = readAttributed(reader, own, 1)),
    2: (reader, own) => {
      let [name, version] = ['', ''];
      const metrics: OtlpMetric[] = [];
      message(reader, own, {
        1: (scope, scopeEnd) =>
          message(scope, scopeEnd, {
            1: (field, fieldEnd) => (name = textOf(field, fieldEnd)),
            2: (field, fieldEnd) => (version = textOf(field, fieldEnd)),
          }),
        2: (metric, metricEnd) => metrics.push(readMetric(metric, metricEnd)),
      });
      scopes.push({ name, version, metrics });
    },
  });
  return { attributes, scopes };
}

function readMetric(start: ProtoReader, end: number): OtlpMetric {
  let [name, description, unit] = ['', '', ''];
  let kind: OtlpMetric['kind'] = 'none';
  let data: Pick<OtlpMetric, 'points' | 'isMonotonic' | 'temporality'> = noData;
  const take = (of: OtlpMetric['kind'], attributesField: number) => (reader: ProtoReader, own: number) => {
    kind = of;
    data = readData(reader, own, attributesField, of);
  };
  message(start, end, {
    1: (reader, own) => (name = textOf(reader, own)),
    2: (reader, own) => (description = textOf(reader, own)),
    3: (reader, own) => (unit = textOf(reader, own)),
    5: take('gauge', 7),
    7: take('sum', 7),
    9: take('histogram', 9),
    10: take('exponential-histogram', 1),
    11: take('summary', 7),
  });
  return { name, description, unit, kind, ...data };
}

const noData = { points: [], isMonotonic: false, temporality: 'unspecified' } as const;

function readData(
  start: ProtoReader,
  end: number,
  attributesField: number,
  kind: OtlpMetric['kind'],
): Pick<OtlpMetric, 'points' | 'isMonotonic' | 'temporality'> {
  const places: number[] = []; // where each point begins and ends
  let temporality = 0;
  let isMonotonic = false;
  const pointFields = kind === 'histogram' ? histogramFields : kind === 'summary' ? summaryFields : numberFields;
  message(start, end, {
    1: (reader, own) => {
      places.push(reader.position, own);
      reader.position = own;
    },
    2: (reader) => (temporality = reader.unsigned()),
    3: (reader) => (isMonotonic = reader.unsigned() !== 0),
  });
  const points = {
    length: places.length / 2,
    *[Symbol.iterator](): Generator<OtlpPoint> {
      for (let place = 0; place < places.length; place += 2) {
        const reader = new ProtoReader(start.bytes, places[place]);
        yield readPoint(reader, places[place + 1] as number, attributesField, pointFields);
      }
    },
  };
  return { points, isMonotonic, temporality: temporalities[temporality] ?? 'unspecified' };
}

/** A point while it is read. */
interface OpenPoint {
  value?: number;
  count?: number;
  sum?: number;
  bucketCounts?: number[];
  explicitBounds?: number[];
  quantiles?: { readonly quantile: number; readonly value: number }[];
  flags: number;
  exemplars: OtlpExemplar[];
}

const numberFields = (point: OpenPoint): Fields => ({
  4: (reader) => (point.value = reader.double()),
  6: (reader) => (point.value = reader.signedFixed64()),
  5: (reader, end) => point.exemplars.push(readExemplar(reader, end)),
  8: (reader) => (point.flags = reader.unsigned()),
});

const histogramFields = (point: OpenPoint): Fields => ({
  4: (reader) => (point.count = reader.fixed64()),
  5: (reader) => (point.sum = reader.double()),
  6: (reader, end, isBlock) => repeated(reader, end, isBlock, (one) => (point.bucketCounts ??= []).push(one.fixed64())),
  7: (reader, end, isBlock) =>
    repeated(reader, end, isBlock, (one) => (point.explicitBounds ??= []).push(one.double())),
  8: (reader, end) => point.exemplars.push(readExemplar(reader, end)),
  10: (reader) => (point.flags = reader.unsigned()),
});

const summaryFields = (point: OpenPoint): Fields => ({
  4: (reader) => (point.count = reader.fixed64()),
  5: (reader) => (point.sum = reader.double()),
  6: (reader, end) => {
    let [quantile, value] = [0, 0];
    message(reader, end, { 1: (one) => (quantile = one.double()), 2: (one) => (value = one.double()) });
    (point.quantiles ??= []).push({ quantile, value });
  },
  8: (reader) => (point.flags = reader.unsigned()),
});

function readPoint(
  start: ProtoReader,
  end: number,
  attributesField: number,
  fieldsOf: (point: OpenPoint) => Fields,
): OtlpPoint {
  const point: OpenPoint = { flags: 0, exemplars: [] };
  const attributes: Record<string, OtlpValue> = {};
  let [startTimeNs, timeNs] = [0, 0];
  message(start, end, {
    ...fieldsOf(point),
    2: (reader) => (startTimeNs = reader.fixed64()),
    3: (reader) => (timeNs = reader.fixed64()),
    [attributesField]: (reader, own) => readKeyValue(reader, own, attributes, 0),
  });
  const { flags, ...rest } = point;
  return { attributes, startTimeNs, timeNs, isMissing: (flags & 1) === 1, ...rest };
}

function readExemplar(start: ProtoReader, end: number): OtlpExemplar {
  const attributes: Record<string, OtlpValue> = {};
  let [timeNs, value] = [0, 0];
  let [traceId, spanId] = ['', ''];
  message(start, end, {
    2: (reader) => (timeNs = reader.fixed64()),
    3: (reader) => (value = reader.double()),
    4: (reader, own) => (spanId = hexOf(reader, own)),
    5: (reader, own) => (traceId = hexOf(reader, own)),
    6: (reader) => (value = reader.signedFixed64()),
    7: (reader, own) => readKeyValue(reader, own, attributes, 0),
  });
  return { attributes, timeNs, value, traceId, spanId };
}

function readAttributed(start: ProtoReader, end: number, field: number): OtlpAttributes {
  const attributes: Record<string, OtlpValue> = {};
  message(start, end, { [field]: (reader, own) => readKeyValue(reader, own, attributes, 0) });
  return attributes;
}

function readKeyValue(start: ProtoReader, end: number, into: Record<string, OtlpValue>, depth: number): void {
  let key = '';
  let value: OtlpValue;
  message(start, end, {
    1: (reader, own) => (key = textOf(reader, own)),
    2: (reader, own) => (value = readValue(reader, own, depth + 1)),
  });
  Object.defineProperty(into, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Reads an `AnyValue`. @throws {MonitoringError} NOVA_MONITORING_INVALID when it is nested too deep. */
function readValue(start: ProtoReader, end: number, depth: number): OtlpValue {
  if (depth > maxDepth) throw invalidInput(`An attribute is nested deeper than ${maxDepth}`);
  let value: OtlpValue;
  message(start, end, {
    1: (reader, own) => (value = textOf(reader, own)),
    2: (reader) => (value = reader.unsigned() !== 0),
    3: (reader) => (value = reader.signed()),
    4: (reader) => (value = reader.double()),
    5: (reader, own) => {
      const list: OtlpValue[] = [];
      message(reader, own, { 1: (one, oneEnd) => list.push(readValue(one, oneEnd, depth + 1)) });
      value = list;
    },
    6: (reader, own) => {
      const map: Record<string, OtlpValue> = {};
      message(reader, own, { 1: (one, oneEnd) => readKeyValue(one, oneEnd, map, depth + 1) });
      value = map;
    },
    7: (reader, own) => (value = hexOf(reader, own)),
  });
  return value;
}

/** Goes through a message: known fields to their readers, for a block with its end, others left out. */
function message(reader: ProtoReader, end: number, fields: Fields): void {
  while (reader.position < end) {
    const tag = reader.tag();
    const read = fields[Math.floor(tag / 8)];
    if (read === undefined) {
      reader.skip(tag);
      continue;
    }
    const isBlock = (tag & 7) === wireType.bytes;
    const fieldEnd = isBlock ? reader.block(end) : end;
    read(reader, fieldEnd, isBlock);
    if (isBlock) reader.expectEnd(fieldEnd);
  }
  reader.expectEnd(end);
}

/** A list of numbers: packed in one block, or one after the other. */
function repeated(reader: ProtoReader, end: number, isBlock: boolean, readOne: (reader: ProtoReader) => void): void {
  readOne(reader);
  if (isBlock) while (reader.position < end) readOne(reader);
}

function textOf(reader: ProtoReader, end: number): string {
  const start = reader.position;
  reader.position = end;
  return reader.textAt(start, end);
}

function hexOf(reader: ProtoReader, end: number): string {
  let text = '';
  for (; reader.position < end; reader.position++) {
    text += (reader.bytes[reader.position] as number).toString(16).padStart(2, '0');
  }
  return text;
}
