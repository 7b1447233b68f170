import { seriesKey, type CallOptions } from '@novacron/core';
import type { SeriesTransform } from '../relabel/series-transform.ts';
import type { SeriesId } from '../store/metric-store.ts';
import type { Exemplar, ExemplarBuffer } from './exemplar-buffer.ts';
import type { MetadataIndex, MetricMetadata } from './metric-metadata.ts';

/** Where goes what comes with samples. */
export interface AnnotationOptions {
  /** Takes what metrics are. @default nobody */
  readonly metadata?: MetadataIndex | undefined;
  /** Takes exemplars. @default nobody */
  readonly exemplars?: ExemplarBuffer | undefined;
  /** Changes the series of exemplars as it does those of samples. @default they stay as they are */
  readonly transform?: SeriesTransform | undefined;
  /** Of which series exemplars are taken. @default all */
  readonly isAllowed?: ((series: SeriesId) => boolean) | undefined;
  /** Of which of some metrics it is taken what they are. @default all */
  readonly describable?:
    | ((metrics: readonly string[], options?: CallOptions) => Promise<ReadonlySet<string>>)
    | undefined;
}

/** An exemplar, and of which series it is. */
export interface SeriesExemplar {
  readonly series: SeriesId;
  readonly exemplar: Exemplar;
}

/** What comes with samples. */
export interface Annotations {
  readonly metadata: readonly MetricMetadata[];
  readonly exemplars: readonly SeriesExemplar[];
}

/**
 * Keeps what came with samples, once those are stored; what is not allowed is left out.
 *
 * @returns how many exemplars were kept.
 */
export async function keepAnnotations(
  annotations: Annotations,
  { metadata, exemplars, transform, isAllowed, describable }: AnnotationOptions,
  options?: CallOptions,
): Promise<number> {
  const metrics = annotations.metadata.map(({ metric }) => metric);
  const described = metadata === undefined ? undefined : await describable?.(metrics, options);
  for (const each of annotations.metadata) if (described?.has(each.metric) !== false) metadata?.set(each);
  let kept = 0;
  for (const { series, exemplar } of exemplars === undefined ? [] : annotations.exemplars) {
    const own = transform === undefined ? series : transform(series);
    if (own === undefined || isAllowed?.(own) === false) continue;
    if (exemplars?.add(seriesKey(own.metric, own.labels), own, exemplar) === true) kept++;
  }
  return kept;
}
