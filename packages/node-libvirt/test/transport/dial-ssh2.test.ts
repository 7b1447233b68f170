import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, connect, type ConnectOptions, procedures } from '../../src/index.ts';
import { FakeDaemon } from '../../src/testing/fake-daemon.ts';
import { knownHostsLine } from '../../src/transport/known-hosts.ts';
import { loadSsh2 } from '../../src/transport/ssh2.ts';
import { caught } from '../support/caught.ts';
import { makeKeys, SshServer } from '../support/ssh2-server.ts';

const keys = makeKeys();
let daemon: FakeDaemon;
let ssh: SshServer;
let folder: string;
let knownHosts: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ssh2-'));
  daemon = await FakeDaemon.start();
  daemon.on(procedures.connectGetHostname, () => ({ hostname: 'far' }));
  ssh = await SshServer.start(daemon.path, keys.wire);
  knownHosts = join(folder, 'known_hosts');
  writeFileSync(knownHosts, knownHostsLine('127.0.0.1', ssh.port, ssh.hostKey.wire));
  writeFileSync(join(folder, 'key'), keys.private, { mode: 0o600 });
});
afterEach(async () => {
  ssh.stop();
  await daemon.stop();
  rmSync(folder, { recursive: true });
});

const sesame: ConnectOptions = { credentials: { user: 'ada', password: 'sesame' } };
const dial = (query: string = '', options: ConnectOptions = sesame): Promise<Connection> =>
  connect(`qemu+libssh2://ada@127.0.0.1:${ssh.port}/system?known_hosts=${knownHosts}${query}`, {
    timeoutMs: 5000,
    ...options,
  });
const close = async (connection: Promise<Connection>): Promise<void> => (await connection).close();

describe('ssh without another process', () => {
  it('reaches a daemon with a password', async () => {
    const connection = await dial('&sshauth=password');
    const all = await Promise.all(Array.from({ length: 20 }, () => connection.getHostname()));
    expect(new Set(all)).toEqual(new Set(['far']));
    expect(ssh.methods).toEqual(['password']);
    expect(ssh.commands).toEqual([expect.stringContaining('virt-ssh-helper')]);
    await connection.close();
  });

  it('reaches one with a key, or by answering questions', async () => {
    await close(dial(`&keyfile=${folder}/key`, {}));
    await close(dial('&sshauth=keyboard-interactive'));
    await close(
      connect(
        `qemu+libssh://ada@127.0.0.1:${ssh.port}/system?known_hosts=${knownHosts}&sshauth=privkey&keyfile=${folder}/key`,
      ),
    );
    expect(ssh.methods).toEqual(['publickey', 'keyboard-interactive', 'publickey']);
  });

  it("finds the user's own key", async () => {
    const home = process.env['HOME'];
    mkdirSync(join(folder, '.ssh'));
    writeFileSync(join(folder, '.ssh/id_ed25519'), keys.private);
    process.env['HOME'] = folder;
    try {
      await close(dial('&sshauth=privkey', {}));
      expect(ssh.methods).toEqual(['publickey']);
    } finally {
      process.env['HOME'] = home;
    }
  });

  it('carries answers of any size', async () => {
    const hostname = 'x'.repeat(3_000_000);
    daemon.on(procedures.connectGetHostname, () => ({ hostname }));
    const connection = await dial();
    expect((await connection.getHostname()) === hostname).toBe(true);
    await connection.close();
  });

  it('is refused with a wrong password, which nobody sees', async () => {
    const error = await caught(
      dial('&sshauth=password,keyboard-interactive', { credentials: { password: 'sesame8' } }),
    );
    expect(error).toMatchObject({ code: 'LIBVIRT_CLIENT_REFUSED', kind: 'permission' });
    expect(error.message).toContain('the login of "ada" was refused');
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('sesame8');
  });

  it('needs the key that is named', async () => {
    expect(await caught(dial('&keyfile=/no/key'))).toMatchObject({ code: 'LIBVIRT_CREDENTIALS_INVALID' });
  });

  it("does not go on with a host whose key is another, or isn't known", async () => {
    writeFileSync(knownHosts, '');
    const unknown = await caught(dial());
    expect(unknown).toMatchObject({ code: 'LIBVIRT_SERVER_UNTRUSTED', kind: 'permission' });
    expect(unknown.message).toMatch(/its key SHA256:[\w+/]{43} is not known; add it to/);
    writeFileSync(knownHosts, knownHostsLine('127.0.0.1', ssh.port, makeKeys().wire));
    expect((await caught(dial('&known_hosts_verify=auto'))).message).toContain('is not the one that is known');
    expect(ssh.methods).toEqual([]);
  });

  it('takes a new host when the URI says so, and knows it from then on', async () => {
    rmSync(knownHosts);
    await close(dial('&known_hosts_verify=auto'));
    expect(readFileSync(knownHosts, 'utf8')).toBe(knownHostsLine('127.0.0.1', ssh.port, ssh.hostKey.wire));
    await close(dial());
  });

  it('asks no host for its key when the URI says so', async () => {
    writeFileSync(knownHosts, knownHostsLine('127.0.0.1', ssh.port, makeKeys().wire));
    await close(dial('&known_hosts_verify=ignore'));
  });

  it('says what the command over there complained about', async () => {
    ssh.onExec = (stream) => {
      stream.stderr.write('sh: virt-ssh-helper: not found');
      stream.exit(127);
      stream.end();
    };
    const error = await caught(dial());
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECT_FAILED' });
    expect(error.message).toContain('ended with exit code 127: sh: virt-ssh-helper: not found');
  });

  it('says that there is no SSH server, or one that is none', async () => {
    const { port } = ssh;
    ssh.stop();
    expect((await caught(dial())).message).toBe(`nobody listens at 127.0.0.1:${port}; is an SSH server running there?`);
    const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    expect(await caught(dial())).toMatchObject({ code: 'LIBVIRT_CONNECT_FAILED' });
    other.close();
  });

  it('gives up at the deadline', async () => {
    const mute = createServer(() => {});
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as { port: number };
    const before = performance.now();
    const error = await caught(connect(`qemu+libssh2://ada@127.0.0.1:${port}/system`, { timeoutMs: 100 }));
    expect(error).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
    expect(performance.now() - before).toBeLessThan(500);
    mute.close();
  });
});

describe('the package ssh2', () => {
  it('that is not installed is told, with what to do', async () => {
    const error = await caught(loadSsh2('ssh2-that-is-not-installed'));
    expect(error).toMatchObject({ code: 'LIBVIRT_TRANSPORT_UNSUPPORTED', kind: 'unsupported' });
    expect(error.message).toContain('npm install ssh2');
  });
});
