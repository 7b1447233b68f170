import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, procedures } from '../../src/index.ts';
import { FakeDaemon } from '../../src/testing/fake-daemon.ts';
import { caught, until } from '../support/caught.ts';

let daemon: FakeDaemon;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'commands-'));
  daemon = await FakeDaemon.start();
  daemon.on(procedures.connectGetHostname, () => ({ hostname: 'far' }));
});
afterEach(async () => {
  await daemon.stop();
  rmSync(folder, { recursive: true });
});

const uri = (program: string): string => `qemu+ext:///system?command=${encodeURIComponent(program)}`;

function script(name: string, code: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${code}\n`);
  chmodSync(file, 0o755);
  return file;
}

function isRunning(pidFile: string): boolean {
  const pid = readFileSync(pidFile, 'utf8').trim();
  return !/^Z?$/.test(spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' }).stdout.trim().slice(0, 1));
}

describe('the ext transport', () => {
  it('ends a program at the deadline, also one that does not listen to signals', async () => {
    const pidFile = join(folder, 'pid');
    const program = script('stubborn', `trap '' TERM; echo $$ > ${pidFile}; while :; do sleep 0.05; done`);
    const before = performance.now();
    const attempt = caught(connect(uri(program), { timeoutMs: 400 }));
    await until(() => existsSync(pidFile));
    expect(await attempt).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
    expect(performance.now() - before).toBeLessThan(600);
    await until(() => !isRunning(pidFile));
  });
});
