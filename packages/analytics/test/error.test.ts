import { NovaError } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { AnalyticsError } from '@novacron/analytics';

describe('AnalyticsError', () => {
  it('is a NovaError of the area ANALYTICS, recognised across copies of the package', () => {
    const error = new AnalyticsError({ kind: 'invalid', message: 'no' });
    expect(error.code).toBe('NOVA_ANALYTICS_INVALID');
    expect(error.name).toBe('AnalyticsError');
    expect(error.trace).toEqual([]);
    expect(NovaError.isInstance(error)).toBe(true);
    expect(AnalyticsError.isInstance(error)).toBe(true);
    expect(AnalyticsError.isInstance({ [Symbol.for('novacron.analytics.error')]: true })).toBe(true);
  });

  it.each([undefined, null, 'text', new Error('no'), new NovaError('CORE', { kind: 'invalid', message: 'no' })])(
    'is not %s',
    (value) => {
      expect(AnalyticsError.isInstance(value)).toBe(false);
    },
  );
});
