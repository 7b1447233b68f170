import { describe, expect, it } from 'vitest';
import { type ClientErrorCode, constants, LibvirtError } from '../../src/index.ts';

const clientCodes: readonly ClientErrorCode[] = [
  'LIBVIRT_ABORTED',
  'LIBVIRT_ARGUMENT_INVALID',
  'LIBVIRT_AUTH_UNSUPPORTED',
  'LIBVIRT_CLIENT_REFUSED',
  'LIBVIRT_CONFIG_INVALID',
  'LIBVIRT_CONNECTION_CLOSED',
  'LIBVIRT_CONNECTION_LOST',
  'LIBVIRT_CONNECT_FAILED',
  'LIBVIRT_CREDENTIALS_INVALID',
  'LIBVIRT_PROCEDURE_UNSUPPORTED',
  'LIBVIRT_PROTOCOL_ERROR',
  'LIBVIRT_SERVER_UNTRUSTED',
  'LIBVIRT_STREAM_ENDED',
  'LIBVIRT_STREAM_OVERFLOW',
  'LIBVIRT_TIMEOUT',
  'LIBVIRT_TOO_MANY_CALLS',
  'LIBVIRT_TRANSPORT_UNSUPPORTED',
  'LIBVIRT_URI_INVALID',
  'LIBVIRT_XML_INVALID',
];

const levels = new Set(['VIR_ERR_NONE', 'VIR_ERR_WARNING', 'VIR_ERR_ERROR']);
const numbers = Object.entries(constants).filter(([name]) => /^VIR_(?:ERR|WAR)_/.test(name) && !levels.has(name)) as [
  string,
  number,
][];

const codeOf = (code: number): LibvirtError =>
  LibvirtError.fromReport({ code, domain: 0, level: 2, int1: 0, int2: 0 }, 'connectOpen');

describe('the codes of errors', () => {
  it('are one for each of the numbers of libvirt, which never changes', () => {
    const codes = numbers.map(([, number]) => codeOf(number).code);
    expect(codes.length).toBeGreaterThan(110);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).toContain('LIBVIRT_NO_DOMAIN');
    expect(codes).toContain('LIBVIRT_OPERATION_INVALID');
  });

  it('keep the name of libvirt beside them', () => {
    for (const [name, number] of numbers) expect(codeOf(number)).toMatchObject({ codeName: name, libvirtCode: number });
  });

  it('of the client are none of these, so that a code says who made the error', () => {
    const theirs = new Set(numbers.map(([, number]) => codeOf(number).code));
    for (const code of clientCodes) expect(theirs).not.toContain(code);
  });
});
