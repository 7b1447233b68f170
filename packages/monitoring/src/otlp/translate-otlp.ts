import { seriesKey, type Labels, type Sample } from '@novacron/core';
import type { Annotations, SeriesExemplar } from '../metadata/keep-annotations.ts';
import type { MetricMetadata, MetricType } from '../metadata/metric-metadata.ts';
import { prometheusName, prometheusUnit } from '../metric/prometheus-name.ts';
import { staleMarker } from '../wire/stale-marker.ts';
import type { DeltaRound } from './delta-sums.ts';
import type { OtlpAttributes, OtlpExemplar, OtlpMetric, OtlpPoint, OtlpRequest, OtlpValue } from './otlp-metrics.ts';

/** What a request of OTLP says, in Prometheus' terms. */
export interface TranslatedOtlp extends Annotations {
  readonly samples: readonly Sample[];
  /** Points that have no samples: exponential histograms, points without a value, differences that are late or not finite. */
  readonly refusedPoints: number;
  /** Why, of the first of them. */
  readonly problem: string | undefined;
}

/** Points that are worked on between two pauses, and how much work each is, as a `pacer` counts it. */
const pointsAtOnce = 50;
const workPerPoint = 50;

/**
 * Turns OTLP metrics into samples as Prometheus names them: units and `_total` in names, `job` and `instance` from the
 * service's attributes, the other attributes of the resource in `target_info`, histograms and summaries as series with `le`
 * and `quantile`. Sums since the point before become running sums; `deltas` is committed when they are stored.
 *
 * Pauses once in a while, and says how much it has worked since.
 *
 * Source: OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility".
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when a point is damaged.
 */
export function* translateOtlp(
  request: OtlpRequest,
  deltas: DeltaRound,
  nowMs: number,
): Generator<number, TranslatedOtlp, void> {
  const translation = new Translation(deltas, nowMs);
  for (const { attributes, scopes } of request.resources) {
    const target = targetLabels(attributes);
    let newestMs = 0;
    for (const { name, version, metrics } of scopes) {
      const scope = {
        ...target,
        ...(name === '' ? {} : { otel_scope_name: name }),
        ...(version === '' ? {} : { otel_scope_version: version }),
      };
      for (const metric of metrics) newestMs = Math.max(newestMs, yield* translation.metric(metric, scope));
    }
    if (newestMs > 0) translation.targetInfo(attributes, target, newestMs);
  }
  return translation;
}

class Translation implements TranslatedOtlp {
  readonly samples: Sample[] = [];
  readonly metadata: MetricMetadata[] = [];
  readonly exemplars: SeriesExemplar[] = [];
  refusedPoints = 0;
  problem: string | undefined;
  private readonly deltas: DeltaRound;
  private readonly nowMs: number;

  constructor(deltas: DeltaRound, nowMs: number) {
    this.deltas = deltas;
    this.nowMs = nowMs;
  }

  /** Takes a metric; gives the time of its newest point. */
  *metric(metric: OtlpMetric, scope: Labels): Generator<number, number, void> {
    const { kind, description, points } = metric;
    const type = typeOf(metric);
    const name = prometheusName({
      name: metric.name,
      unit: metric.unit,
      kind: type === 'counter' ? 'counter' : 'gauge',
      description,
    });
    if (kind === 'exponential-histogram' || kind === 'none') {
      this.refuse(
        points.length,
        `${metric.name}: ${kind === 'none' ? 'it has no data' : 'native histograms are not kept'}`,
      );
      return 0;
    }
    this.metadata.push({ metric: name, type, help: description, unit: prometheusUnit(metric.unit) });
    let newestMs = 0;
    let place = 0;
    for (const point of points) {
      if (++place % pointsAtOnce === 0) yield pointsAtOnce * workPerPoint;
      const timeMs = point.timeNs === 0 ? this.nowMs : Math.round(point.timeNs / 1e6);
      const labels = { ...labelsOf(point.attributes), ...scope };
      const before = this.samples.length;
      if (kind === 'histogram') this.histogram(name, metric, point, labels, timeMs);
      else if (kind === 'summary') this.summary(name, point, labels, timeMs);
      else this.number(name, metric, point, labels, timeMs);
      if (this.samples.length > before) newestMs = Math.max(newestMs, timeMs);
    }
    return newestMs;
  }

  /** What else is known of who sends. */
  targetInfo(attributes: OtlpAttributes, target: Labels, timeMs: number): void {
    const others = Object.entries(attributes).filter(([key]) => !serviceKeys.has(key));
    if (others.length === 0 || Object.keys(target).length === 0) return;
    const labels = { ...labelsOf(Object.fromEntries(others)), ...target };
    this.samples.push({ metric: 'target_info', labels, timeMs, value: 1 });
  }

  private number(name: string, metric: OtlpMetric, point: OtlpPoint, labels: Labels, timeMs: number): void {
    const { value, isMissing } = point;
    if (value === undefined && !isMissing) return this.refuse(1, `${metric.name}: a point has no value`);
    const isDelta = metric.temporality === 'delta' && !isMissing;
    if (isDelta && this.refusesDelta(metric, name, labels, point, [value ?? 0])) return;
    const total = isDelta ? this.running(name, labels, value ?? 0, point) : value;
    this.sample(name, labels, timeMs, total, isMissing);
    for (const exemplar of point.exemplars) this.exemplar(name, labels, exemplar);
  }

  private histogram(name: string, metric: OtlpMetric, point: OtlpPoint, labels: Labels, timeMs: number): void {
    const { bucketCounts = [], explicitBounds = [], count = 0, sum, isMissing, exemplars } = point;
    const isDelta = metric.temporality === 'delta' && !isMissing;
    if (bucketCounts.length > 0 && bucketCounts.length !== explicitBounds.length + 1) {
      return this.refuse(1, `${metric.name}: ${bucketCounts.length} buckets for ${explicitBounds.length} bounds`);
    }
    if (isDelta && this.refusesDelta(metric, `${name}_count`, labels, point, [...bucketCounts, count, sum ?? 0]))
      return;
    const put = (part: string, own: Labels, value: number): void => {
      const total = isDelta ? this.running(part, own, value, point) : value;
      this.sample(part, own, timeMs, total, isMissing);
    };
    let below = 0;
    const bounds: number[] = [];
    for (const [index, bound] of explicitBounds.entries()) {
      below += bucketCounts[index] ?? 0;
      bounds.push(bound);
      put(`${name}_bucket`, { ...labels, le: numberText(bound) }, below);
    }
    put(`${name}_bucket`, { ...labels, le: '+Inf' }, count);
    put(`${name}_count`, labels, count);
    if (sum !== undefined) put(`${name}_sum`, labels, sum);
    for (const exemplar of exemplars) {
      const bound = bounds.find((each) => exemplar.value <= each);
      this.exemplar(`${name}_bucket`, { ...labels, le: bound === undefined ? '+Inf' : numberText(bound) }, exemplar);
    }
  }

  private summary(name: string, point: OtlpPoint, labels: Labels, timeMs: number): void {
    const { quantiles = [], count = 0, sum = 0, isMissing } = point;
    for (const { quantile, value } of quantiles) {
      this.sample(name, { ...labels, quantile: numberText(quantile) }, timeMs, value, isMissing);
    }
    this.sample(`${name}_count`, labels, timeMs, count, isMissing);
    this.sample(`${name}_sum`, labels, timeMs, sum, isMissing);
  }

  private running(metric: string, labels: Labels, delta: number, { timeNs }: OtlpPoint): number {
    return this.deltas.add(seriesKey(metric, labels), delta, timeNs);
  }

  /** Whether a point can't be added to what came before, as its series `part` says. */
  private refusesDelta(
    metric: OtlpMetric,
    part: string,
    labels: Labels,
    { timeNs }: OtlpPoint,
    deltas: readonly number[],
  ): boolean {
    const isLate = this.deltas.isLate(seriesKey(part, labels), timeNs);
    if (isLate) this.refuse(1, `${metric.name}: a point is not later than the one before`);
    else if (deltas.every((delta) => Number.isFinite(delta))) return false;
    else this.refuse(1, `${metric.name}: a difference is not finite`);
    return true;
  }

  private sample(metric: string, labels: Labels, timeMs: number, value: number | undefined, isMissing: boolean): void {
    if (isMissing) this.samples.push({ metric, labels, timeMs, value: staleMarker[0] as number });
    else if (value !== undefined) this.samples.push({ metric, labels, timeMs, value });
  }

  private exemplar(metric: string, labels: Labels, { attributes, timeNs, value, traceId, spanId }: OtlpExemplar): void {
    const own = {
      ...labelsOf(attributes),
      ...(traceId === '' ? {} : { trace_id: traceId }),
      ...(spanId === '' ? {} : { span_id: spanId }),
    };
    this.exemplars.push({
      series: { metric, labels },
      exemplar: { labels: own, value, timeMs: Math.round(timeNs / 1e6) },
    });
  }

  private refuse(points: number, why: string): void {
    this.refusedPoints += points;
    if (points > 0) this.problem ??= why;
  }
}

function typeOf({ kind, isMonotonic }: OtlpMetric): MetricType {
  if (kind === 'sum') return isMonotonic ? 'counter' : 'gauge';
  return kind === 'histogram' || kind === 'summary' || kind === 'gauge' ? kind : 'unknown';
}

const serviceKeys: ReadonlySet<string> = new Set(['service.name', 'service.namespace', 'service.instance.id']);

/** Who sends: `job` and `instance`. */
function targetLabels(attributes: OtlpAttributes): Labels {
  const [name, namespace, instance] = ['service.name', 'service.namespace', 'service.instance.id'].map((key) =>
    textOf(attributes[key]),
  );
  return {
    ...(name ? { job: namespace ? `${namespace}/${name}` : name } : {}),
    ...(instance ? { instance } : {}),
  };
}

/** Attributes as labels; those whose names become the same are joined with `;`, in the order of their keys. */
function labelsOf(attributes: OtlpAttributes): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const key of Object.keys(attributes).sort()) {
    const value = textOf(attributes[key]);
    if (value === '') continue;
    let name = key.replace(/[^A-Za-z0-9_]/g, '_');
    if (name === '' || /^\d/.test(name)) name = `key_${name}`;
    labels[name] = Object.hasOwn(labels, name) ? `${labels[name]};${value}` : value;
  }
  return labels;
}

function textOf(value: OtlpValue): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A bound or a quantile as Prometheus writes it. */
function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
