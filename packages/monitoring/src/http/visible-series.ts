import { matchLabels, matchValue, type LabelCondition, type LabelSelector } from '../store/label-selector.ts';
import type { SeriesId, SeriesSelector } from '../store/metric-store.ts';

/** Which series somebody may see and write. */
export class VisibleSeries {
  readonly #metric: string | LabelCondition | undefined;
  readonly #labels: LabelSelector;
  readonly #isMetric: (metric: string) => boolean;
  readonly #areLabels: (labels: SeriesId['labels']) => boolean;

  /**
   * @param selector - What their labels must be; `__name__` is the metric's name.
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a condition makes no sense.
   */
  constructor({ __name__: metric, ...labels }: LabelSelector) {
    this.#metric = metric;
    this.#labels = labels;
    this.#isMetric = metric === undefined ? () => true : matchValue('__name__', metric);
    this.#areLabels = matchLabels(labels);
  }

  /** Whether a series is one of them. */
  has({ metric, labels }: SeriesId): boolean {
    return this.#isMetric(metric) && this.#areLabels(labels);
  }

  /**
   * Whether labels that were worked out from series say that it was from these only: each label of the selector is there
   * and fits. Of metrics' names they say nothing.
   */
  tellsOf(labels: SeriesId['labels']): boolean {
    const names = Object.keys(this.#labels);
    return this.#metric === undefined && names.every((name) => Object.hasOwn(labels, name)) && this.#areLabels(labels);
  }

  /** Of what a selector asks for, what is among them. */
  within<Query extends SeriesSelector>(query: Query): Query {
    const { metricMatch, labels = {} } = query;
    const both: Record<string, string | LabelCondition> = { ...labels };
    for (const [label, condition] of Object.entries(this.#labels)) {
      const asked = Object.hasOwn(labels, label) ? labels[label] : undefined;
      both[label] = bothOf(label, asked, condition);
    }
    if (this.#metric === undefined) return { ...query, labels: both };
    const metric = bothOf('__name__', metricMatch, this.#metric);
    return { ...query, labels: both, metricMatch: typeof metric === 'string' ? { op: '=', value: metric } : metric };
  }
}

function bothOf(
  label: string,
  asked: string | LabelCondition | undefined,
  allowed: string | LabelCondition,
): string | LabelCondition {
  if (asked === undefined) return allowed;
  const [first, second] = [matchValue(label, asked), matchValue(label, allowed)];
  return { op: 'test', test: (value) => first(value) && second(value) };
}
