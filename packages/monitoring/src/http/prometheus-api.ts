import type { Clock } from '@novacron/core';
import type { ExemplarBuffer } from '../metadata/exemplar-buffer.ts';
import type { MetadataIndex } from '../metadata/metric-metadata.ts';
import type { OtlpReceiver } from '../otlp/otlp-receiver.ts';
import type { PromqlEngine, PromqlEngineOptions } from '../promql/engine.ts';
import type { RemoteWriteReceiver } from '../remote-write/remote-write-receiver.ts';
import type { MetricStore } from '../store/metric-store.ts';
import type { SampleSink } from '../store/sample-sink.ts';
import type { AnnotationOptions } from '../metadata/keep-annotations.ts';
import type { SeriesTransform } from '../relabel/series-transform.ts';
import type { Parameters } from './parameters.ts';
import type { Authentication, Principal } from './principal.ts';
import type { VisibleSeries } from './visible-series.ts';

/** How the API is made. */
export interface PrometheusApiOptions {
  /** How queries are evaluated. @default Prometheus' own limits; see {@link PromqlEngineOptions} */
  readonly engine?: PromqlEngineOptions | undefined;
  /** What metrics are; receives what clients say of them. @default an index of its own */
  readonly metadata?: MetadataIndex | undefined;
  /** Cases behind numbers; receives those of clients. @default a buffer of its own */
  readonly exemplars?: ExemplarBuffer | undefined;
  /**
   * Changes the series of samples that come in; see `relabel` and `joinLabels`. Done before it is checked what somebody may
   * write. @default they stay as they are
   */
  readonly transform?: SeriesTransform | undefined;
  /**
   * The rules that run beside it, in the shape of Prometheus' `/api/v1/rules`. Who sees only some series is shown the
   * rules and alerts whose own labels say that they are of these. @default none
   */
  readonly rules?: (() => readonly RuleGroup[] | Promise<readonly RuleGroup[]>) | undefined;
  /** Who is let in. @default everybody, with all scopes: let nobody but yourself reach it */
  readonly authentication?: Authentication | undefined;
  /** Takes a record of each request; what it throws is not heard of. @default nobody */
  readonly audit?: ((record: AuditRecord) => void) | undefined;
  /** Web pages of these origins may ask: `https://grafana.example.com`, or `*`. @default none */
  readonly corsOrigins?: readonly string[] | undefined;
  /** The most bytes of a request, as it is sent and unpacked. @default 67_108_864 */
  readonly maxBodyBytes?: number | undefined;
  /** How many queries run at once; further ones wait. @default 20 */
  readonly maxConcurrentQueries?: number | undefined;
  /** How many queries may wait; further ones are refused as `unavailable`. @default 200 */
  readonly maxWaitingQueries?: number | undefined;
  /** Says what is now, and measures. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/** A group of rules, as Prometheus shows it. */
export interface RuleGroup {
  readonly name: string;
  /** Where the rules stand. */
  readonly file: string;
  /** Seconds from one evaluation to the next. */
  readonly interval: number;
  readonly rules: readonly Rule[];
}

/** A rule, as Prometheus shows it: `type`, `name`, `query`, `health`, `state`, `alerts` ... */
export interface Rule {
  readonly type: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  readonly alerts?: readonly Readonly<Record<string, unknown>>[] | undefined;
  readonly [field: string]: unknown;
}

/** What was asked, by whom, and what came of it. Nothing secret stands in it. */
export interface AuditRecord {
  /** Epoch milliseconds UTC. */
  readonly timeMs: number;
  /** Who asked; nothing when nobody known did. */
  readonly principal: string | undefined;
  readonly method: string;
  /** Without its parameters. */
  readonly path: string;
  /** HTTP's status of the answer. */
  readonly status: number;
  /** Until the answer began, in milliseconds. */
  readonly durationMs: number;
  /** The query or the selectors, where there were some. */
  readonly query?: string | undefined;
}

/** What one principal works with: the store as far as it is theirs, and what stands on it. */
export interface Workspace {
  readonly store: MetricStore;
  /** What samples go into: the store, or what changes their series on the way. */
  readonly sink: SampleSink;
  /** Which series are theirs; nothing when all are. */
  readonly visible: VisibleSeries | undefined;
  /** Where goes what comes with samples. */
  readonly annotations: AnnotationOptions;
  readonly engine: PromqlEngine;
  readonly remoteWrite: RemoteWriteReceiver;
  readonly otlp: OtlpReceiver;
}

/** What a route is given. */
export interface RouteContext {
  readonly principal: Principal;
  readonly workspace: Workspace;
  /** Says in the audit record what was asked. */
  readonly note: (query: string) => void;
}

/** Answers a request. */
export type Answer = (
  parameters: Parameters,
  context: RouteContext,
  request: Request,
  /** The parts of the address that stand for something: `:name`. */
  path: Readonly<Record<string, string>>,
) => Response | Promise<Response>;
