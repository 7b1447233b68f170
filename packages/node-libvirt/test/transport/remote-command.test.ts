import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Target } from '../../src/config/resolve-target.ts';
import { remoteCommand } from '../../src/transport/remote-command.ts';
import { shellQuote } from '../../src/transport/shell-quote.ts';
import { caught } from '../support/caught.ts';
import { writeProgram } from '../support/programs.ts';
import { target } from '../support/target.ts';

let helped: string;
let bare: string;

beforeAll(() => {
  helped = mkdtempSync(join(tmpdir(), 'remote-'));
  bare = mkdtempSync(join(tmpdir(), 'remote-'));
  const show =
    "console.log(JSON.stringify([require('node:path').basename(process.argv[1]), ...process.argv.slice(2)]))";
  // Like GNU's netcat: -q wants a number.
  const quit = "if (process.argv[2] === '-q') { console.log('nc: option requires an argument'); process.exit(1); }";
  writeProgram(helped, 'virt-ssh-helper', show);
  for (const folder of [helped, bare]) {
    writeProgram(folder, 'nc', `${quit}\n${show}`);
    writeProgram(folder, "my 'nc'; x", show);
    for (const program of ['sh', 'grep']) symlinkSync(`/bin/${program}`, join(folder, program));
  }
});
afterAll(() => {
  for (const folder of [helped, bare]) rmSync(folder, { recursive: true });
});

interface Circumstances {
  readonly folder?: string;
  readonly readOnly?: boolean;
  readonly shell?: string;
  /** What the configuration says. */
  readonly proxy?: Target['proxy'];
}

/** What the daemon's machine runs: its login shell reads the command, as sshd has it do. */
function run(
  uri: string,
  { folder = helped, readOnly = false, shell = '/bin/sh', proxy }: Circumstances = {},
): unknown {
  const command = remoteCommand(target(uri, proxy === undefined ? {} : { proxy }), readOnly);
  const env = { PATH: folder };
  return JSON.parse(execFileSync(shell, ['-c', command], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }));
}

describe('what runs on the other machine', () => {
  it("is libvirt's helper, with what its daemon shall open", () => {
    expect(run('qemu+ssh://root@host:2222/system?no_tty=1&a=b')).toEqual(['virt-ssh-helper', 'qemu:///system?a=b']);
    expect(run('qemu+ssh://host/session', { readOnly: true })).toEqual(['virt-ssh-helper', '-r', 'qemu:///session']);
    expect(run('qemu+ssh://host/system?mode=direct')).toEqual(['virt-ssh-helper', 'qemu:///system?mode=direct']);
    expect(run('qemu+ssh://host/system?proxy=native&socket=/a%20b')).toEqual([
      'virt-ssh-helper',
      'qemu:///system?socket=%2Fa%20b',
    ]);
    expect(run('remote+ssh://host/')).toEqual(['virt-ssh-helper', '']);
  });

  it('is netcat where there is no helper', () => {
    const nc = ['nc', '-q0', '-U'];
    expect(run('qemu+ssh://host/system', { folder: bare })).toEqual([...nc, '/var/run/libvirt/libvirt-sock']);
    expect(run('qemu+ssh://host/system', { folder: bare, readOnly: true })).toEqual([
      ...nc,
      '/var/run/libvirt/libvirt-sock-ro',
    ]);
  });

  it('is netcat when the URI says so, by naming a socket or a netcat too', () => {
    expect(run('qemu+ssh://host/system?proxy=netcat')).toEqual(['nc', '-q0', '-U', '/var/run/libvirt/libvirt-sock']);
    expect(run('qemu+ssh://host/system?socket=/s')).toEqual(['nc', '-q0', '-U', '/s']);
    expect(run("qemu+ssh://host/system?netcat=my%20'nc'%3B%20x")).toEqual([
      "my 'nc'; x",
      '-U',
      '/var/run/libvirt/libvirt-sock',
    ]);
  });

  it('is as the configuration says where the URI does not', () => {
    expect(run('qemu+ssh://host/system', { proxy: 'netcat' })).toContain('nc');
    expect(run('qemu+ssh://host/system?proxy=native', { proxy: 'native' })).toContain('virt-ssh-helper');
  });

  const hostile = `a'b"c$(touch /tmp/pwned)\`id\`;x|y&&z\\'\\\\!*~ #%`;
  it.each(['/bin/sh', '/bin/bash'])('takes nothing of the URI for a command, by %s', (shell) => {
    const encoded = encodeURIComponent(hostile).replaceAll("'", '%27');
    expect(run(`qemu+ssh://host/system?socket=/${encoded}`, { shell })).toEqual(['nc', '-q0', '-U', `/${hostile}`]);
    expect(run(`qemu+ssh://host/system?name=${encoded}`, { shell })).toEqual(['virt-ssh-helper', hostile]);
    expect(run(`test+ssh://host/${encoded}`, { shell })).toEqual(['virt-ssh-helper', `test:///${encoded}`]);
  });

  it('can not be both', async () => {
    expect(await caught(() => run('qemu+ssh://h/system?proxy=native&netcat=nc'))).toMatchObject({
      code: 'LIBVIRT_ARGUMENT_INVALID',
    });
    const error = await caught(() => run('qemu+ssh://h/system?proxy=netcat&mode=direct'));
    expect(error.message).toContain('name the socket by "socket="');
  });
});

describe('shellQuote', () => {
  it('makes one word of anything', () => {
    expect(shellQuote('')).toBe("''");
    expect(shellQuote("it's")).toBe(`'it'\\''s'`);
  });
});
