import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../src/index.ts';
import { caught, delay } from '../support/caught.ts';

const nobody = 65_534;
let daemon: ChildProcess;
let directory: string;

/** A user's own libvirtd, as `qemu:///session` finds it. */
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'session-'));
  chownSync(directory, nobody, nobody);
  daemon = spawn('/usr/sbin/libvirtd', ['--pid-file', join(directory, 'pid')], {
    env: { PATH: process.env['PATH'], HOME: directory, XDG_RUNTIME_DIR: directory },
    stdio: 'ignore',
    uid: nobody,
    gid: nobody,
  });
  for (let attempt = 0; attempt < 200 && !existsSync(socket('libvirt')); attempt++) await delay(50);
  vi.stubEnv('XDG_RUNTIME_DIR', directory);
  vi.stubEnv('HOME', directory);
  vi.stubEnv('LIBVIRT_DEFAULT_URI', undefined);
  vi.spyOn(process, 'geteuid').mockReturnValue(nobody);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  const ended = once(daemon, 'exit');
  daemon.kill();
  await ended;
  rmSync(directory, { recursive: true, force: true });
});

const socket = (name: string): string => join(directory, `libvirt/${name}-sock`);

describe("a user's own daemon", () => {
  it.each(['qemu:///session', 'test:///default', 'qemu:///session?mode=legacy'])('is found for %s', async (uri) => {
    const connection = await connect(uri);
    expect((await connection.raw.connectGetUri()).uri).toBe(uri.replace(/\?.*/, ''));
    await connection.close();
  });

  it('opens what it thinks best when nobody says', async () => {
    const connection = await connect();
    expect((await connection.raw.connectGetUri()).uri).toBe('qemu:///session');
    await connection.close();
  });

  it('is not taken for a modular one', async () => {
    const error = await caught(connect('qemu:///session?mode=direct'));
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECT_FAILED' });
    expect(error.message).toContain(socket('virtqemud'));
  });

  it('is passed over where the modular one listens', async () => {
    symlinkSync(socket('libvirt'), socket('virtqemud'));
    const direct = await connect('qemu:///session?mode=direct');
    expect((await direct.raw.connectGetUri()).uri).toBe('qemu:///session');
    await direct.close();
    const network = await caught(connect('network:///session?mode=direct'));
    expect(network.message).toContain(socket('virtnetworkd'));
    rmSync(socket('virtqemud'));
  });
});
