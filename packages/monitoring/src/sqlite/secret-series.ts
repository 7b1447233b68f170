import { matchLabels, matchValue } from '../store/label-selector.ts';
import type { SeriesSelector } from '../store/metric-store.ts';
import type { SeriesCatalog } from '../store/series-catalog.ts';

/**
 * Tells which series are encrypted.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when a condition makes no sense.
 */
export function secretSeries(
  catalog: SeriesCatalog,
  { metric, metricMatch, labels }: SeriesSelector,
): (ref: number) => boolean {
  const byLabels = matchLabels(labels);
  const byName = metricMatch === undefined ? () => true : matchValue('__name__', metricMatch);
  return (ref) => {
    const id = catalog.index.id(ref);
    return (metric === undefined || id.metric === metric) && byName(id.metric) && byLabels(id.labels);
  };
}
