import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, gssapi, type Kerberos } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { labWays } from '../support/lab.ts';

const { ports, pki, vaultSocket, kerberos: folder } = labWays();
const tcp = `test+tcp://localhost:${ports.saslTcp}/default`;
const tls = `test+tls://localhost:${ports.saslTls}/default?pkipath=${pki}/client`;
const unix = `test+unix:///default?socket=${vaultSocket}`;
const before = { ...process.env };
let tickets = '';
let kerberos: Kerberos;

beforeAll(() => {
  tickets = mkdtempSync(join(tmpdir(), 'tickets-'));
  process.env['KRB5_CONFIG'] = join(folder, 'krb5.conf');
  process.env['KRB5_CLIENT_KTNAME'] = join(folder, 'client.keytab');
  process.env['KRB5CCNAME'] = `FILE:${tickets}/tickets`;
  kerberos = createRequire(join(folder, 'client/package.json'))('kerberos') as Kerberos;
});
afterAll(() => {
  rmSync(tickets, { recursive: true });
  for (const name of ['KRB5_CONFIG', 'KRB5_CLIENT_KTNAME', 'KRB5CCNAME']) {
    if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = before[name];
  }
});

describe('libvirtd with Kerberos', () => {
  it.each([tls, unix])('lets us in with a ticket (%#)', async (uri) => {
    const connection = await connect(uri, { sasl: { mechanisms: [gssapi(kerberos)] } });
    expect(await connection.getHostname()).not.toBe('');
    await connection.close();
  });

  it('is not used where nothing encrypts the connection', async () => {
    const error = await caught(connect(tcp, { sasl: { mechanisms: [gssapi(kerberos)] } }));
    expect(error).toMatchObject({ code: 'LIBVIRT_AUTH_UNSUPPORTED' });
    expect((error as Error).message).toContain('use TLS or SSH');
  });

  it('says what to do where there is no ticket', async () => {
    const { KRB5_CLIENT_KTNAME: keytab, KRB5CCNAME: cache } = process.env;
    process.env['KRB5_CLIENT_KTNAME'] = '/nowhere';
    process.env['KRB5CCNAME'] = `FILE:${tickets}/none`;
    const error = await caught(connect(unix, { sasl: { mechanisms: [gssapi(kerberos)] } }));
    expect(error).toMatchObject({ code: 'LIBVIRT_CREDENTIALS_INVALID', kind: 'permission' });
    expect((error as Error).message).toContain('kinit');
    Object.assign(process.env, { KRB5_CLIENT_KTNAME: keytab, KRB5CCNAME: cache });
  });
});
