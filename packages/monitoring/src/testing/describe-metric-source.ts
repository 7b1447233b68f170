import { seriesKey } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { validateDescriptor } from '../metric/descriptor.ts';
import { checkSamples } from '../source/check-samples.ts';
import type { MetricSource } from '../source/metric-source.ts';

/**
 * The conformance suite of {@link MetricSource}: call it in a vitest file of the source.
 *
 * @param name - The source's name in the report.
 * @param create - Makes the source; it must be able to measure something.
 *
 * @example
 * ```ts no-run
 * import { metricRegistry } from '@novacron/monitoring';
 * import { describeMetricSource } from '@novacron/monitoring/testing';
 *
 * describeMetricSource('metricRegistry', () => metricRegistry());
 * ```
 */
export function describeMetricSource(name: string, create: () => MetricSource | Promise<MetricSource>): void {
  describe(`${name} is a metric source`, () => {
    it('has a name and sound descriptors, one for a metric', async () => {
      const { name: sourceName, descriptors } = await create();
      expect(sourceName).not.toBe('');
      descriptors.forEach(validateDescriptor);
      expect(new Set(descriptors.map((descriptor) => descriptor.name)).size).toBe(descriptors.length);
    });

    it('delivers sound samples of the metrics that it describes, each series once', async () => {
      const source = await create();
      const { samples } = await source.collect({ timeMs: 1_000 });
      expect(samples.length).toBeGreaterThan(0);
      expect(checkSamples(source.name, samples, [])).toEqual([]);
      const described = new Set(source.descriptors.map((descriptor) => descriptor.name));
      expect(samples.filter(({ metric }) => !described.has(metric))).toEqual([]);
      expect(new Set(samples.map(({ metric, labels }) => seriesKey(metric, labels))).size).toBe(samples.length);
    });

    it('hands out the same frozen labels for the same series every time', async () => {
      const source = await create();
      const first = await source.collect({ timeMs: 1_000 });
      const second = await source.collect({ timeMs: 2_000 });
      const known = new Map(first.samples.map(({ metric, labels }) => [seriesKey(metric, labels), labels]));
      for (const { metric, labels } of second.samples) {
        expect(Object.isFrozen(labels)).toBe(true);
        const before = known.get(seriesKey(metric, labels));
        if (before !== undefined) expect(labels).toBe(before);
      }
    });
  });
}
