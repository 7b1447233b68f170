import { describe, expect, it } from 'vitest';
import { tlsVersions } from '../../src/transport/tls-priority.ts';
import { caught } from '../support/caught.ts';

describe('tlsVersions', () => {
  it.each([
    ['NORMAL', 'TLSv1.2', 'TLSv1.3'],
    ['@LIBVIRT,SYSTEM', 'TLSv1.2', 'TLSv1.3'],
    ['SECURE256:-VERS-TLS1.3', 'TLSv1.2', 'TLSv1.2'],
    ['NORMAL:-VERS-SSL3.0', 'TLSv1.2', 'TLSv1.3'],
    ['NORMAL:!VERS-TLS1.2', 'TLSv1.3', 'TLSv1.3'],
    ['NORMAL:-VERS-ALL:+VERS-TLS1.2', 'TLSv1.2', 'TLSv1.2'],
    ['NORMAL:+VERS-TLS1.0', 'TLSv1', 'TLSv1.3'],
    ['NORMAL:-VERS-TLS-ALL:+VERS-TLS1.1:+VERS-TLS1.2', 'TLSv1.1', 'TLSv1.2'],
  ])('%s allows %s to %s', (priority, minVersion, maxVersion) => {
    expect(tlsVersions(priority)).toEqual({ minVersion, maxVersion });
  });

  it.each([
    ['NORMAL:-CIPHER-ALL', '-CIPHER-ALL'],
    ['PERFORMANCE', 'PERFORMANCE'],
    ['NORMAL:+VERS-TLS1.9', '+VERS-TLS1.9'],
    ['NORMAL:+VERS-SSL3.0', '+VERS-SSL3.0'],
    ['NORMAL:-VERS-ALL', 'no version of TLS at all'],
    ['', ''],
  ])('%j is refused rather than weakened', async (priority, word) => {
    const error = await caught(() => tlsVersions(priority));
    expect(error).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID', kind: 'invalid' });
    expect(error.message).toContain(`"${word}" can not be followed`);
  });
});
