/**
 * Prometheus' HTTP API on a store: what Grafana asks, and what Prometheus and OpenTelemetry write to.
 *
 * @module
 */
export { createPrometheusApi, type PrometheusApi } from './create-prometheus-api.ts';
export { listen, type Listening, type ListenOptions } from './listen.ts';
export type { Authentication, Principal, Scope } from './principal.ts';
export type { AuditRecord, PrometheusApiOptions, Rule, RuleGroup } from './prometheus-api.ts';
export { restrictedStore } from './restricted-store.ts';
