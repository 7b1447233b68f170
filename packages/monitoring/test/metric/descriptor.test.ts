import { validateDescriptor, type MetricDescriptor } from '@novacron/monitoring';
import { describe, expect, it } from 'vitest';

describe('validateDescriptor', () => {
  const good: MetricDescriptor = { name: 'vm.up', unit: '', kind: 'gauge', description: '' };

  it('takes dotted and Prometheus names', () => {
    validateDescriptor(good);
    validateDescriptor({ ...good, name: 'job:requests:rate5m', kind: 'counter' });
  });

  it('refuses names, kinds and texts that make no sense', () => {
    const wrong = [
      { ...good, name: '' },
      { ...good, name: '9lives' },
      { ...good, name: 'with space' },
      { ...good, kind: 'histogram' },
      { ...good, unit: undefined },
      { ...good, description: 7 },
    ] as unknown as MetricDescriptor[];
    for (const descriptor of wrong) {
      expect(() => validateDescriptor(descriptor)).toThrow(expect.objectContaining({ kind: 'invalid' }));
    }
  });
});
