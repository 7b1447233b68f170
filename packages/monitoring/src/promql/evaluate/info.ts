import type { Expression, Matcher, VectorSelector } from '../ast/expression.ts';
import { executionError } from '../error.ts';
import type { Evaluator } from './evaluator.ts';
import { selectInstant } from './instant-selector.ts';
import { labelOf, valuesKey, withLabel, type Metric } from './metric.ts';
import type { Steps } from './steps.ts';
import { joinSame, materialize, type DenseVector, type Vector } from './vector.ts';

/** The labels by which an info metric belongs to a series. */
const identifying: readonly string[] = ['instance', 'job'];

/**
 * `info`: adds to each series the labels of its info metrics, `target_info` unless the selector names others. Labels
 * that the series has stay as they are.
 *
 * Source: Prometheus, "Query functions", info() (experimental).
 */
export async function joinInfo(
  evaluator: Evaluator,
  vector: Vector,
  selector: Expression | undefined,
  steps: Steps,
): Promise<Vector> {
  const { evaluation } = evaluator;
  const wanted = selector?.kind === 'vector' ? selector.matchers : [];
  const named = wanted.filter(({ label }) => label === '__name__');
  const dataMatchers = wanted.filter(({ label }) => label !== '__name__');
  const infoSelector: VectorSelector = {
    kind: 'vector',
    name: named.length === 0 ? 'target_info' : undefined,
    matchers: wanted,
    offsetMs: 0,
    range: selector?.range ?? { from: 0, to: 0 },
  };
  const infos = await materialize(evaluation, await selectInstant(evaluation, infoSelector, steps), steps.count);
  const base = await materialize(evaluation, vector, steps.count);
  const partners = new Map<string, number[]>();
  infos.metrics.forEach((metric, row) => {
    const key = valuesKey(metric, identifying);
    partners.set(key, [...(partners.get(key) ?? []), row]);
  });
  const rows = base.metrics.flatMap((metric, row) => enrichedRows(metric, row, base, infos, partners, dataMatchers));
  const enriched: Vector = {
    metrics: rows.map(({ metric }) => metric),
    readRow(index, values, present) {
      const { row, shown } = rows[index] as Enriched;
      base.readRow(row, values, present);
      for (let step = 0; step < steps.count; step++) if (shown[step] === 0) present[step] = 0;
    },
  };
  return joinSame(evaluation, enriched, steps.count);
}

interface Enriched {
  readonly metric: Metric;
  readonly row: number;
  /** At which steps the series has these labels. */
  readonly shown: Uint8Array;
}

function enrichedRows(
  metric: Metric,
  row: number,
  base: DenseVector,
  infos: DenseVector,
  partners: ReadonlyMap<string, readonly number[]>,
  dataMatchers: readonly Matcher[],
): Enriched[] {
  const { steps } = base;
  const candidates = partners.get(valuesKey(metric, identifying)) ?? [];
  const isInfo = candidates.some((candidate) => infos.metrics[candidate]?.name === metric.name && metric.name !== '');
  if (isInfo) return [{ metric, row, shown: new Uint8Array(steps).fill(1) }];
  const found = new Map<string, Enriched>();
  for (let step = 0; step < steps; step++) {
    if (base.present[row * steps + step] === 0) continue;
    const current = candidates.filter((candidate) => infos.present[candidate * steps + step] === 1);
    if (current.length === 0 && dataMatchers.length > 0) continue;
    const key = current.join();
    let enriched = found.get(key);
    if (enriched === undefined) {
      const sources = current.map((candidate) => infos.metrics[candidate] as Metric);
      enriched = { metric: enrich(metric, sources, dataMatchers), row, shown: new Uint8Array(steps) };
      found.set(key, enriched);
    }
    enriched.shown[step] = 1;
  }
  return [...found.values()];
}

function enrich(metric: Metric, sources: readonly Metric[], dataMatchers: readonly Matcher[]): Metric {
  const wanted = dataMatchers.length === 0 ? undefined : new Set(dataMatchers.map(({ label }) => label));
  const names = new Set<string>();
  let result = metric;
  for (const source of sources) {
    if (names.has(source.name)) throw executionError('found duplicate series for info metric');
    names.add(source.name);
    for (const [label, value] of Object.entries(source.labels)) {
      if (labelOf(metric, label) !== '' || wanted?.has(label) === false) continue;
      const known = labelOf(result, label);
      if (known !== '' && known !== value) throw executionError(`conflicting label: ${label}`);
      result = withLabel(result, label, value);
    }
  }
  return result;
}
