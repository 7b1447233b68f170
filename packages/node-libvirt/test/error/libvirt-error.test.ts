import { describe, expect, it } from 'vitest';
import { clientError, LibvirtError } from '../../src/error/libvirt-error.ts';

const report = {
  code: 38,
  domain: 18,
  message: 'cannot fill file: No space left on device',
  level: 2,
  str1: '%s',
  str2: 'detail',
  int1: 28,
  int2: -1,
};

describe('LibvirtError', () => {
  it('keeps all that the daemon reported, and says what it means', () => {
    const error = LibvirtError.fromReport(report, 'storageVolCreateXml');
    expect(error).toMatchObject({
      name: 'LibvirtError',
      code: 'LIBVIRT_SYSTEM_ERROR',
      kind: 'capacity',
      retryable: false,
      outcomeUnknown: false,
      procedure: 'storageVolCreateXml',
      message: 'cannot fill file: No space left on device',
      libvirtCode: 38,
      codeName: 'VIR_ERR_SYSTEM_ERROR',
      domain: 18,
      domainName: 'storage',
      level: 2,
      str1: '%s',
      str2: 'detail',
      str3: undefined,
      int1: 28,
      int2: -1,
    });
    expect(error).toBeInstanceOf(Error);
  });

  it('has a code also for numbers newer than this package', () => {
    const error = LibvirtError.fromReport({ ...report, code: 4711, domain: 4711 }, 'connectOpen');
    expect(error).toMatchObject({
      code: 'LIBVIRT_ERROR_4711',
      codeName: undefined,
      domainName: undefined,
      kind: 'internal',
    });
  });

  it('has a message also when the daemon sent none', () => {
    const { message } = LibvirtError.fromReport({ ...report, message: undefined }, 'connectOpen');
    expect(message).toBe('the daemon reported an error without a message');
  });

  it('is recognised across copies of the package, and nothing else is', () => {
    const error = clientError('LIBVIRT_TIMEOUT', 'timeout', 'late');
    expect(LibvirtError.isInstance(error)).toBe(true);
    expect(LibvirtError.isInstance(Object.assign(new Error(), { [Symbol.for('node-libvirt.error')]: true }))).toBe(
      true,
    );
    for (const other of [new Error(), null, undefined, 'LIBVIRT_TIMEOUT', {}])
      expect(LibvirtError.isInstance(other)).toBe(false);
  });

  it('carries its cause, and becomes plain data without it', () => {
    const error = clientError('LIBVIRT_TIMEOUT', 'timeout', 'late', {
      cause: new Error('inside'),
      procedure: 'connectOpen',
    });
    expect(error.cause).toEqual(new Error('inside'));
    const data = JSON.parse(JSON.stringify(error)) as Record<string, unknown>;
    expect(data).toMatchObject({ name: 'LibvirtError', code: 'LIBVIRT_TIMEOUT', message: 'late', retryable: true });
    expect(data).not.toHaveProperty('cause');
    expect(data).not.toHaveProperty('stack');
  });
});
