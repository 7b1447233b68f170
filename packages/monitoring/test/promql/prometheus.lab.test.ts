import { describe, expect, it } from 'vitest';
import { conformanceQueries } from './conformance/queries.ts';
import { runConformance } from './conformance/run-conformance.ts';

const url = process.env['NOVACRON_LAB_PROMETHEUS'];

describe.skipIf(url === undefined)('the engine beside a real Prometheus', () => {
  it('gives the same answers to all queries', async () => {
    const comparisons = await runConformance(url as string);
    expect(comparisons.length).toBe(conformanceQueries().length);
    expect(comparisons.filter(({ problem }) => problem !== undefined)).toEqual([]);
  }, 300_000);
});
