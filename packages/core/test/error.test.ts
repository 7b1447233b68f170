import { NovaError, type ErrorKind } from '@novacron/core';
import { describe, expect, it } from 'vitest';

const kinds: readonly [ErrorKind, retryable: boolean][] = [
  ['not-found', false],
  ['already-exists', false],
  ['invalid', false],
  ['conflict', false],
  ['permission', false],
  ['auth-expired', false],
  ['throttled', true],
  ['quota', false],
  ['capacity', false],
  ['unavailable', true],
  ['timeout', true],
  ['aborted', false],
  ['unsupported', false],
  ['internal', false],
];

describe('NovaError', () => {
  it.each(kinds)('of kind %s is retryable: %s', (kind, retryable) => {
    const error = new NovaError('STORE', { kind, message: 'x' });
    expect(error).toMatchObject({ kind, retryable });
    expect(error.code).toBe(`NOVA_STORE_${kind.toUpperCase().replaceAll('-', '_')}`);
  });

  it('takes a code and a retryability of its own', () => {
    const error = new NovaError('STORE', {
      kind: 'conflict',
      message: 'x',
      code: 'NOVA_STORE_LOCKED',
      retryable: true,
    });
    expect(error).toMatchObject({ code: 'NOVA_STORE_LOCKED', retryable: true });
  });

  it('is recognised across two copies of the package', () => {
    const foreign = Object.create(Error.prototype, { [Symbol.for('novacron.error')]: { value: true } }) as unknown;
    expect(NovaError.isInstance(foreign)).toBe(true);
  });

  it.each([undefined, null, 'NOVA_STORE_INVALID', {}, new Error('x'), { code: 'NOVA_X', kind: 'invalid' }])(
    'is not mistaken for %o',
    (value) => {
      expect(NovaError.isInstance(value)).toBe(false);
    },
  );

  it('keeps its cause and stays an Error with a stack', () => {
    const cause = new Error('socket closed');
    const error = new NovaError('STORE', { kind: 'unavailable', message: 'lost', cause });
    expect(error).toBeInstanceOf(Error);
    expect(error.cause).toBe(cause);
    expect(error.stack).toContain('NovaError: lost');
    expect('cause' in new NovaError('STORE', { kind: 'unavailable', message: 'lost' })).toBe(false);
  });

  it('lets a subclass name itself', () => {
    class StoreError extends NovaError {
      static {
        Object.defineProperty(this.prototype, 'name', { value: 'StoreError' });
      }
    }
    const error = new StoreError('STORE', { kind: 'invalid', message: 'x' });
    expect(NovaError.isInstance(error)).toBe(true);
    expect(`${error.name}: ${error.message}`).toBe('StoreError: x');
  });

  it('becomes plain data without stack and cause', () => {
    const error = new NovaError('STORE', {
      kind: 'invalid',
      message: 'x',
      cause: new Error('y'),
      details: { index: 3 },
    });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'NovaError',
      code: 'NOVA_STORE_INVALID',
      kind: 'invalid',
      retryable: false,
      message: 'x',
      details: { index: 3 },
    });
  });
});
