import { invalidInput } from '../error.ts';
import {
  temporalities,
  type OtlpAttributes,
  type OtlpExemplar,
  type OtlpMetric,
  type OtlpPoint,
  type OtlpRequest,
  type OtlpValue,
} from './otlp-metrics.ts';

type Json = Readonly<Record<string, unknown>>;

const maxDepth = 16;
const dataFields = {
  gauge: 'gauge',
  sum: 'sum',
  histogram: 'histogram',
  exponentialHistogram: 'exponential-histogram',
  summary: 'summary',
} as const;

/**
 * Reads an `ExportMetricsServiceRequest` as JSON has it: names in camel case, 64-bit numbers as texts or numbers, identities
 * in hexadecimal.
 *
 * Source: OpenTelemetry protocol, "JSON Protobuf Encoding".
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when the text is no such message.
 */
export function decodeOtlpJson(text: string): OtlpRequest {
  let request: unknown;
  try {
    request = JSON.parse(text);
  } catch (error) {
    throw invalidInput(`The request is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return {
    resources: objects(objectOf(request, 'the request'), 'resourceMetrics').map((resource) => ({
      attributes: attributesOf(objectOf(resource['resource'] ?? {}, 'resource'), 0),
      scopes: objects(resource, 'scopeMetrics').map((scoped) => {
        const scope = objectOf(scoped['scope'] ?? {}, 'scope');
        return {
          name: textOf(scope, 'name'),
          version: textOf(scope, 'version'),
          metrics: objects(scoped, 'metrics').map(readMetric),
        };
      }),
    })),
  };
}

function readMetric(metric: Json): OtlpMetric {
  const found = Object.entries(dataFields).find(([field]) => metric[field] !== undefined && metric[field] !== null);
  const [field, kind] = found ?? ['', 'none' as const];
  const data = found === undefined ? {} : objectOf(metric[field], field);
  const list = objects(data, 'dataPoints');
  const points = {
    length: list.length,
    *[Symbol.iterator](): Generator<OtlpPoint> {
      for (const point of list) yield readPoint(point, kind);
    },
  };
  return {
    name: textOf(metric, 'name'),
    description: textOf(metric, 'description'),
    unit: textOf(metric, 'unit'),
    kind,
    isMonotonic: data['isMonotonic'] === true,
    temporality: temporalityOf(data['aggregationTemporality']),
    points,
  };
}

function temporalityOf(value: unknown): OtlpMetric['temporality'] {
  if (typeof value === 'number') return temporalities[value] ?? 'unspecified';
  const name = /^AGGREGATION_TEMPORALITY_(DELTA|CUMULATIVE)$/.exec(String(value))?.[1];
  return name === undefined ? 'unspecified' : name === 'DELTA' ? 'delta' : 'cumulative';
}

function readPoint(point: Json, kind: OtlpMetric['kind']): OtlpPoint {
  return {
    attributes: attributesOf(point, 0),
    startTimeNs: numberOf(point, 'startTimeUnixNano') ?? 0,
    timeNs: numberOf(point, 'timeUnixNano') ?? 0,
    isMissing: ((numberOf(point, 'flags') ?? 0) & 1) === 1,
    value: numberOf(point, 'asDouble') ?? numberOf(point, 'asInt'),
    count: numberOf(point, 'count'),
    sum: numberOf(point, 'sum'),
    ...(kind === 'histogram'
      ? { bucketCounts: numbers(point, 'bucketCounts'), explicitBounds: numbers(point, 'explicitBounds') }
      : {}),
    quantiles: objects(point, 'quantileValues').map((each) => ({
      quantile: numberOf(each, 'quantile') ?? 0,
      value: numberOf(each, 'value') ?? 0,
    })),
    exemplars: objects(point, 'exemplars').map(readExemplar),
  };
}

function readExemplar(exemplar: Json): OtlpExemplar {
  return {
    attributes: attributesOf(exemplar, 0, 'filteredAttributes'),
    timeNs: numberOf(exemplar, 'timeUnixNano') ?? 0,
    value: numberOf(exemplar, 'asDouble') ?? numberOf(exemplar, 'asInt') ?? 0,
    traceId: textOf(exemplar, 'traceId'),
    spanId: textOf(exemplar, 'spanId'),
  };
}

function attributesOf(owner: Json, depth: number, field: string = 'attributes'): OtlpAttributes {
  return Object.fromEntries(
    objects(owner, field).map((pair) => [
      textOf(pair, 'key'),
      valueOf(objectOf(pair['value'] ?? {}, 'value'), depth + 1),
    ]),
  );
}

/** @throws {MonitoringError} NOVA_MONITORING_INVALID when it is nested too deep. */
function valueOf(any: Json, depth: number): OtlpValue {
  if (depth > maxDepth) throw invalidInput(`An attribute is nested deeper than ${maxDepth}`);
  if (typeof any['stringValue'] === 'string') return any['stringValue'];
  if (typeof any['boolValue'] === 'boolean') return any['boolValue'];
  if (any['intValue'] !== undefined) return numberOf(any, 'intValue');
  if (any['doubleValue'] !== undefined) return numberOf(any, 'doubleValue');
  if (typeof any['bytesValue'] === 'string') return any['bytesValue'];
  if (any['arrayValue'] !== undefined) {
    return objects(objectOf(any['arrayValue'], 'arrayValue'), 'values').map((each) => valueOf(each, depth + 1));
  }
  if (any['kvlistValue'] !== undefined)
    return attributesOf(objectOf(any['kvlistValue'], 'kvlistValue'), depth, 'values');
  return undefined;
}

/** @throws {MonitoringError} NOVA_MONITORING_INVALID when it is none. */
function objectOf(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidInput(`In the request, ${what} must be an object`, { field: what });
  }
  return value as Json;
}

/** @throws {MonitoringError} NOVA_MONITORING_INVALID when it is no list of objects. */
function objects(owner: Json, field: string): Json[] {
  const list = owner[field] ?? [];
  if (!Array.isArray(list)) throw invalidInput(`In the request, ${field} must be a list`, { field });
  return list.map((each) => objectOf(each, field));
}

/** @throws {MonitoringError} NOVA_MONITORING_INVALID when it is no text. */
function textOf(owner: Json, field: string): string {
  const text = owner[field] ?? '';
  if (typeof text !== 'string') throw invalidInput(`In the request, ${field} must be a text`, { field });
  return text;
}

/** @throws {MonitoringError} NOVA_MONITORING_INVALID when it is neither a number nor a text that is one. */
function numberOf(owner: Json, field: string): number | undefined {
  const value = owner[field];
  return value === undefined || value === null ? undefined : asNumber(value, field);
}

function numbers(owner: Json, field: string): number[] {
  const list = owner[field] ?? [];
  if (!Array.isArray(list)) throw invalidInput(`In the request, ${field} must be a list`, { field });
  return list.map((each) => asNumber(each, field));
}

/** @throws {MonitoringError} NOVA_MONITORING_INVALID when it is neither a number nor a text that is one. */
function asNumber(value: unknown, field: string): number {
  const named: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity, '-Infinity': -Infinity };
  if (typeof value === 'number') return value;
  if (typeof value === 'string') {
    if (Object.hasOwn(named, value)) return named[value] as number;
    const number = Number(value);
    if (value.trim() !== '' && Number.isFinite(number)) return number;
  }
  throw invalidInput(`In the request, ${field} must be a number, not ${JSON.stringify(value)}`, { field });
}
