import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect, type ConnectOptions } from '../../src/index.ts';
import { caught, until } from '../support/caught.ts';
import { labWays } from '../support/lab.ts';

const { ports, sshKey, gateSocket } = labWays();
let folder: string;
let knownHosts: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssh-'));
  knownHosts = join(folder, 'known_hosts');
  const hostKey = readFileSync(join(dirname(sshKey), 'host.pub'), 'utf8');
  writeFileSync(knownHosts, `[127.0.0.1]:${ports.ssh} ${hostKey}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

function dial(
  transport: string,
  query: string = '',
  options: ConnectOptions = {},
  key: string = `&keyfile=${sshKey}`,
): Promise<Connection> {
  const base = `test+${transport}://root@127.0.0.1:${ports.ssh}/default?known_hosts=${knownHosts}&no_tty=1`;
  return connect(`${base}${key}${query}`, { timeoutMs: 20_000, ...options });
}

/** The commands that this process has started and that run still. */
const children = (): string[] =>
  execFileSync('ps', ['-o', 'comm=', '--ppid', String(process.pid)], { encoding: 'utf8' }).split('\n');

describe.each(['ssh', 'libssh2'])('a daemon reached by %s', (transport) => {
  it.each([
    ['', "with libvirt's helper"],
    ['&proxy=native', 'only with it'],
    ['&proxy=netcat', 'with netcat'],
  ])('answers ("%s": %s)', async (query) => {
    const connection = await dial(transport, query);
    const all = await Promise.all(Array.from({ length: 100 }, () => connection.listAllDomains()));
    expect(all[99]?.map(({ name }) => name)).toContain('test');
    await connection.close();
  });

  it('tells events, at a socket that is named', async () => {
    const socket = gateSocket.replace(/^.*\/run\//, '/run/libvirt/');
    const connection = await dial(transport, `&socket=${socket}`);
    const events = connection.domainEvents();
    await events.ready;
    const name = `ssh-${process.pid}`;
    await (
      await connection.defineDomainXML(
        `<domain type='test'><name>${name}</name><memory>1</memory><os><type>hvm</type></os></domain>`,
      )
    ).undefine();
    for await (const event of events) {
      if (event.type === 'lifecycle' && event.domain.name === name && event.event === 'undefined') break;
    }
    await connection.close();
  });

  it('is not reached with a key that it does not know', async () => {
    const key = join(folder, transport);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const error = await caught(dial(transport, '&sshauth=privkey', {}, `&keyfile=${key}`));
    expect(error).toMatchObject({ code: 'LIBVIRT_CLIENT_REFUSED', kind: 'permission' });
  });

  it('is not reached when its key is not known', async () => {
    const empty = join(folder, 'nobody');
    writeFileSync(empty, '');
    const error = await caught(dial(transport, `&known_hosts=${empty}`));
    expect(error).toMatchObject({ code: 'LIBVIRT_SERVER_UNTRUSTED', kind: 'permission' });
  });

  it('is told not to be there, with what was tried over there', async () => {
    const error = await caught(dial(transport, '&socket=/no/such/socket'));
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECT_FAILED' });
    expect(error.message).toContain('/no/such/socket');
  });
});

describe('ssh', () => {
  it('leaves no process behind, whether the connection is closed or given up', async () => {
    const connection = await dial('ssh');
    await connection.close();
    expect(await caught(dial('ssh', '', { timeoutMs: 50 }))).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
    await until(() => !children().includes('ssh'));
  });
});
