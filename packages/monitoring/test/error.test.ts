import { NovaError } from '@novacron/core';
import { MonitoringError } from '@novacron/monitoring';
import { describe, expect, it } from 'vitest';
import { toNovaError } from '../src/error.ts';

describe('MonitoringError', () => {
  it('is a NovaCron error with codes of its own', () => {
    const error = new MonitoringError({ kind: 'capacity', message: 'full' });
    expect(NovaError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ name: 'MonitoringError', code: 'NOVA_MONITORING_CAPACITY', retryable: false });
    expect(error.toJSON()).toMatchObject({ name: 'MonitoringError', kind: 'capacity', message: 'full' });
  });
});

describe('toNovaError', () => {
  it('leaves NovaCron errors alone and wraps the rest with its cause', () => {
    const own = new NovaError('CORE', { kind: 'timeout', message: 'late' });
    expect(toNovaError(own)).toBe(own);
    const cause = new TypeError('x is not a function');
    expect(toNovaError(cause)).toMatchObject({ code: 'NOVA_MONITORING_INTERNAL', message: cause.message, cause });
    expect(toNovaError('thrown text')).toMatchObject({ kind: 'internal', message: 'thrown text' });
    expect(toNovaError(undefined).message).toBe('undefined');
  });
});
