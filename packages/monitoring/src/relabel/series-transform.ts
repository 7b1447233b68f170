import type { Labels } from '@novacron/core';
import type { SeriesId } from '../store/metric-store.ts';

/** Changes a series before it is stored; nothing means that it is not stored. The same for the same series, always. */
export type SeriesTransform = (series: SeriesId) => SeriesId | undefined;

/**
 * Adds labels that are known from elsewhere, once, when a series is new: the host and the owner of a machine, by its name.
 * Labels that a series has already stay as they are.
 *
 * @param label - Whose value is looked up; series without it stay as they are.
 * @param find - The labels to add for a value.
 *
 * @example
 * ```ts
 * import { joinLabels } from '@novacron/monitoring';
 *
 * const owners: Record<string, string> = { 'web-1': 'shop' };
 * const transform = joinLabels('vm', (vm) => ({ owner: owners[vm] ?? 'nobody' }));
 * transform({ metric: 'vm_up', labels: { vm: 'web-1' } })?.labels // => { owner: 'shop', vm: 'web-1' }
 * ```
 */
export function joinLabels(label: string, find: (value: string) => Labels | undefined): SeriesTransform {
  return (series) => {
    const value = Object.hasOwn(series.labels, label) ? series.labels[label] : undefined;
    const more = value === undefined ? undefined : find(value);
    return more === undefined ? series : { metric: series.metric, labels: { ...more, ...series.labels } };
  };
}
