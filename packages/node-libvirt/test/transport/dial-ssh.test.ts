import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, procedures } from '../../src/index.ts';
import { FakeDaemon } from '../../src/testing/fake-daemon.ts';
import { caught } from '../support/caught.ts';
import { writePipe, writeProgram } from '../support/programs.ts';

let daemon: FakeDaemon;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ssh-'));
  daemon = await FakeDaemon.start();
  daemon.on(procedures.connectGetHostname, () => ({ hostname: 'far' }));
});
afterEach(async () => {
  await daemon.stop();
  rmSync(folder, { recursive: true });
});

/** A URI whose `ssh` is a program of ours. */
const uri = (code: string, query: string = ''): string =>
  `qemu+ssh://ada@host/system?command=${encodeURIComponent(writeProgram(folder, 'ssh', code))}${query}`;

/** Does as a server does: a shell reads the command. */
const login = (): string => {
  writePipe(folder, 'virt-ssh-helper', daemon.path);
  writePipe(folder, 'nc', daemon.path);
  return `spawn('/bin/sh', ['-c', process.argv.at(-1)], { stdio: 'inherit', env: { PATH: ${JSON.stringify(`${folder}:/usr/bin:/bin`)} } })`;
};

const calls = (): unknown[] =>
  readFileSync(join(folder, 'calls'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('ssh', () => {
  it("reaches a daemon through libvirt's helper on its machine", async () => {
    const connection = await connect(uri(login()));
    expect(await connection.getHostname()).toBe('far');
    expect(calls()).toEqual([['virt-ssh-helper', 'qemu:///system']]);
    await connection.close();
  });

  it('reaches one by its socket there, only to read', async () => {
    const connection = await connect(uri(login(), '&socket=/s'), { readOnly: true });
    expect(await connection.getHostname()).toBe('far');
    expect(calls().at(-1)).toEqual(['nc', '-U', '/s']);
    await connection.close();
  });

  const say = (text: string, code: number): string =>
    `process.stderr.write(${JSON.stringify(text)}); process.exitCode = ${code};`;

  it.each([
    [
      'Host key verification failed.',
      255,
      'LIBVIRT_SERVER_UNTRUSTED',
      'permission',
      "the host's key is not among the known ones",
    ],
    ['ada@host: Permission denied (publickey).', 255, 'LIBVIRT_CLIENT_REFUSED', 'permission', 'the login was refused'],
    ['sh: 1: virt-ssh-helper: not found', 127, 'LIBVIRT_CONNECT_FAILED', 'unavailable', 'is libvirt (virt-ssh-helper'],
    [
      'ssh: connect to host host port 22: Connection refused',
      255,
      'LIBVIRT_CONNECT_FAILED',
      'unavailable',
      'ended with exit code 255: ssh: connect',
    ],
    ['', 1, 'LIBVIRT_CONNECT_FAILED', 'unavailable', 'to host ended with exit code 1'],
  ])('that says %j fails with what that means', async (text, exitCode, code, kind, message) => {
    const error = await caught(connect(uri(say(text, exitCode))));
    expect(error).toMatchObject({ code, kind });
    expect(error.message).toContain(message);
    expect(error.message).toContain(text);
  });

  it('that is not installed is told', async () => {
    const error = await caught(connect('qemu+ssh://host/system?command=/no/ssh'));
    expect(error.message).toBe('cannot start "/no/ssh": there is no such program');
  });

  it('that never answers is ended at the deadline', async () => {
    const error = await caught(connect(uri('setInterval(() => {}, 1000)'), { timeoutMs: 100 }));
    expect(error).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
  });
});
