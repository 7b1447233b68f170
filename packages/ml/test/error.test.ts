import { NovaError } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { MlError } from '@novacron/ml';

describe('MlError', () => {
  it('is a NovaError of the area ML, recognised across copies of the package', () => {
    const error = new MlError({ kind: 'invalid', message: 'no' });
    expect(error.code).toBe('NOVA_ML_INVALID');
    expect(error.name).toBe('MlError');
    expect(NovaError.isInstance(error)).toBe(true);
    expect(MlError.isInstance(error)).toBe(true);
    const copy = Object.assign(new Error('no'), { [Symbol.for('novacron.ml.error')]: true });
    expect(MlError.isInstance(copy)).toBe(true);
  });

  it.each([undefined, null, 'text', new Error('no'), new NovaError('CORE', { kind: 'invalid', message: 'no' })])(
    'is not %s',
    (value) => {
      expect(MlError.isInstance(value)).toBe(false);
    },
  );
});
