import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VersionedDataset } from '@novacron/ml';
import { sha256 } from '../../src/prepare/sha256.ts';

describe('sha256', () => {
  it('is what everybody else computes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(sha256(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
      }),
    );
  });
});

describe('VersionedDataset', () => {
  const raw = VersionedDataset.of({ cpu: [1, NaN, 3], memory: [5, 6] }, 'scraped');

  it('has another version for another value, name, order or history', () => {
    const others = [
      VersionedDataset.of({ cpu: [1, NaN, 3 + 1e-15], memory: [5, 6] }, 'scraped'),
      VersionedDataset.of({ cpu: [1, 0, 3], memory: [5, 6] }, 'scraped'),
      VersionedDataset.of({ load: [1, NaN, 3], memory: [5, 6] }, 'scraped'),
      VersionedDataset.of({ memory: [5, 6], cpu: [1, NaN, 3] }, 'scraped'),
      VersionedDataset.of({ cpu: [1, NaN, 3], memory: [5, 6] }, 'imported'),
      raw.derive('nothing', (values) => values),
    ];
    expect(new Set([raw, ...others].map(({ version }) => version)).size).toBe(7);
    expect(VersionedDataset.of({ cpu: [1, NaN, 3], memory: [5, 6] }, 'scraped').version).toBe(raw.version);
    expect(raw.version).toMatch(/^[0-9a-f]{64}$/);
  });

  it('can not be changed from outside', () => {
    raw.series('cpu')[0] = 99;
    const doubled = raw.derive('doubled', (values) => {
      for (const [i, value] of values.entries()) values[i] = 2 * value;
      return values;
    });
    expect([...doubled.series('memory')]).toEqual([10, 12]);
    expect([...raw.series('cpu')]).toEqual([1, NaN, 3]);
    expect(raw.names).toEqual(['cpu', 'memory']);
    expect(() => raw.series('disk')).toThrow('disk');
  });

  it('comes back from JSON only as it was saved', () => {
    const derived = raw.derive('halved', (values) => values.map((value) => value / 2));
    const saved = JSON.parse(JSON.stringify(derived)) as { series: object[]; lineage: object[] };
    const back = VersionedDataset.fromJSON(saved);
    expect(back.version).toBe(derived.version);
    expect(back.lineage).toEqual(derived.lineage);
    expect([...back.series('cpu')]).toEqual([0.5, NaN, 1.5]);
    for (const broken of [
      { ...saved, series: saved.series.toReversed() },
      { ...saved, lineage: saved.lineage.slice(1) },
      { ...saved, lineage: [] },
      { ...saved, series: 'none' },
    ]) {
      expect(() => VersionedDataset.fromJSON(broken)).toThrow(expect.objectContaining({ code: 'NOVA_ML_DAMAGED' }));
    }
    expect(() => VersionedDataset.fromJSON({ ...saved, version: 2 })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_UNSUPPORTED' }),
    );
  });
});
