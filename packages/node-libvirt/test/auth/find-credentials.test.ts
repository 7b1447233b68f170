import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialsFinder } from '../../src/auth/find-credentials.ts';
import type { CredentialsRequest } from '../../src/auth/credentials.ts';
import { connect, procedures } from '../../src/index.ts';
import { FakeDaemon } from '../../src/testing/fake-daemon.ts';
import { caught, delay } from '../support/caught.ts';
import { account, plainServer, scramServer, wantSasl } from '../support/sasl-server.ts';
import { environment, target } from '../support/target.ts';

let folder: string;
let authFile: string;
let daemon: FakeDaemon;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  authFile = join(folder, 'auth.conf');
  writeFileSync(
    authFile,
    `[credentials-lab]\nauthname=ada\npassword=${account.password}\n[auth-libvirt-default]\ncredentials=lab\n`,
  );
  daemon = await FakeDaemon.start();
  wantSasl(daemon, { 'SCRAM-SHA-256': scramServer('sha256'), PLAIN: plainServer });
});
afterEach(async () => {
  await daemon.stop();
  rmSync(folder, { recursive: true });
});

describe('credentials', () => {
  it('are given', async () => {
    await (await daemon.connect({ credentials: account })).close();
  });

  it('are asked for, with what they are for', async () => {
    const asked: CredentialsRequest[] = [];
    const credentials = async (request: CredentialsRequest): Promise<typeof account> => {
      asked.push(request);
      await delay(10);
      return account;
    };
    await (await daemon.connect({ credentials })).close();
    expect(asked).toEqual([
      {
        service: 'libvirt',
        host: 'localhost',
        mechanism: 'SCRAM-SHA-256',
        realm: undefined,
        user: undefined,
        signal: expect.any(AbortSignal) as AbortSignal,
      },
    ]);
  });

  it('come from the file that the URI names', async () => {
    await (await connect(`${daemon.uri()}&authfile=${authFile}`)).close();
  });

  it('come from the file for what the caller leaves open', async () => {
    const uri = `${daemon.uri()}&authfile=${authFile}`;
    await (await connect(uri, { credentials: () => undefined })).close();
    await (await connect(uri, { credentials: { user: 'ada' } })).close();
    expect((await caught(connect(uri, { credentials: { user: 'bob' } }))).message).toContain('the login of "bob"');
  });

  it('are missing, and the error says where to put them', async () => {
    const error = await caught(daemon.connect({ credentials: { user: 'ada' } }));
    expect(error).toMatchObject({ code: 'LIBVIRT_CREDENTIALS_INVALID', kind: 'permission' });
    expect(error.message).toBe(
      'SCRAM-SHA-256 needs a password for the daemon at localhost: give it by the option "credentials", or in libvirt\'s auth.conf',
    );
    expect((await caught(daemon.connect())).message).toContain('needs a user');
  });

  it('pass on the error of who should know them', async () => {
    const credentials = (): Promise<never> => Promise.reject(new Error('the vault is locked'));
    await expect(daemon.connect({ credentials })).rejects.toThrow('the vault is locked');
  });

  it('are asked for once, however many sockets the connection opens', async () => {
    let asked = 0;
    const connection = await daemon.connect({
      credentials: () => {
        asked++;
        return account;
      },
    });
    daemon.on(procedures.domainCreateXml, async () => {
      await delay(300);
      return { dom: { name: 'vm', uuid: '00000000-0000-4000-8000-000000000001', id: 7 } };
    });
    await Promise.all(Array.from({ length: 8 }, () => connection.createDomainXML('<domain/>')));
    expect(daemon.peers.length).toBeGreaterThan(1);
    expect(asked).toBe(1);
    await connection.close();
  });

  it('are asked for again when it went wrong', async () => {
    const answers = [Promise.reject(new Error('busy')), Promise.resolve(account)];
    const find = credentialsFinder(() => answers.shift(), target('qemu://ada@host/system'), environment());
    const request = { service: 'libvirt', mechanism: 'PLAIN', realm: undefined, signal: undefined } as const;
    await expect(find(request)).rejects.toThrow('busy');
    expect(await find(request)).toEqual(account);
  });

  it('take the user of the URI', async () => {
    const uri = target(`qemu+ssh://bob@host/system?authfile=${authFile}`);
    const request = { service: 'libvirt', mechanism: 'PLAIN', realm: undefined, signal: undefined } as const;
    expect(await credentialsFinder(undefined, uri, environment())(request)).toMatchObject({ user: 'bob' });
    expect(await credentialsFinder({ user: 'eve' }, uri, environment())(request)).toMatchObject({ user: 'eve' });
  });

  it('are not shown by a connection', async () => {
    const connection = await daemon.connect({ credentials: account });
    expect(inspect(connection, { depth: 10, showHidden: true })).not.toContain(account.password);
    await connection.close();
  });
});
