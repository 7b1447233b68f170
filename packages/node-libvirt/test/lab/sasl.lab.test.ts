import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { connect, type ConnectOptions } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { labWays } from '../support/lab.ts';

const { ports, pki, vaultSocket, login } = labWays();
const unix = `test+unix:///default?socket=${vaultSocket}`;
const tls = `test+tls://localhost:${ports.saslTls}/default?pkipath=${pki}/client`;
const tcp = `test+tcp://localhost:${ports.saslTcp}/default`;

async function hostname(uri: string, options: ConnectOptions): Promise<string> {
  const connection = await connect(uri, options);
  const name = await connection.getHostname();
  await connection.close();
  return name;
}

describe('libvirtd with SASL', () => {
  it.each(['SCRAM-SHA-512', 'SCRAM-SHA-256', 'SCRAM-SHA-1', 'DIGEST-MD5', 'PLAIN'])(
    'lets us in by %s, over a unix socket and TLS',
    async (mechanism) => {
      const options = { credentials: login, sasl: { mechanisms: [mechanism] } };
      expect(await hostname(unix, options)).not.toBe('');
      expect(await hostname(tls, options)).not.toBe('');
    },
  );

  it('lets us in over TCP, encrypted', async () => {
    const connection = await connect(tcp, { credentials: login });
    const domain = await connection.lookupDomainByName('test');
    const all = await Promise.all(Array.from({ length: 500 }, () => domain.getXMLDesc()));
    expect(new Set(all).size).toBe(1);
    const description = 'x'.repeat(500_000);
    const big = await connection.defineDomainXML(
      `<domain type='test'><name>sasl-${process.pid}</name><description>${description}</description><memory>1</memory><os><type>hvm</type></os></domain>`,
    );
    expect(await big.getXMLDesc()).toContain(description);
    await big.undefine();
    await connection.close();
  });

  it('is not shown a password over TCP', async () => {
    const error = await caught(connect(tcp, { credentials: login, sasl: { mechanisms: ['PLAIN', 'SCRAM-SHA-256'] } }));
    expect(error).toMatchObject({ code: 'LIBVIRT_AUTH_UNSUPPORTED' });
  });

  it.each([unix, tcp])('refuses a wrong password and an unknown user (%#)', async (uri) => {
    for (const credentials of [
      { ...login, password: 'wrong-Password' },
      { ...login, user: 'mallory' },
      { user: login.user, password: login.password, realm: 'elsewhere' },
    ]) {
      const error = await caught(connect(uri, { credentials }));
      expect(error).toMatchObject({ code: 'LIBVIRT_AUTH_FAILED', kind: 'permission', libvirtCode: 45 });
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(credentials.password);
    }
  });

  it('lets us in with what auth.conf says', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'auth-'));
    const file = join(folder, 'auth.conf');
    writeFileSync(
      file,
      `[credentials-lab]\nauthname=${login.user}\npassword=${login.password}\nrealm=${login.realm}\n[auth-libvirt-localhost]\ncredentials=lab\n`,
    );
    expect(await hostname(`${unix}&authfile=${file}`, {})).not.toBe('');
    rmSync(folder, { recursive: true });
  });

  it('lets those who only read in without', async () => {
    expect(await hostname(`${unix}-ro`, { readOnly: true })).not.toBe('');
  });
});
