import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, procedures } from '../../src/index.ts';
import { FakeDaemon, silence } from '../../src/testing/fake-daemon.ts';
import { caught, until } from '../support/caught.ts';
import { writePipe } from '../support/programs.ts';

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
  it('talks to the daemon through a program, whose name no shell reads', async () => {
    const program = writePipe(folder, 'my tunnel; $(rm)', daemon.path);
    const connection = await connect(uri(program));
    const all = await Promise.all(Array.from({ length: 20 }, () => connection.getHostname()));
    expect(new Set(all)).toEqual(new Set(['far']));
    await connection.close();
  });

  it('carries answers of any size', async () => {
    const hostname = 'x'.repeat(3_000_000);
    daemon.on(procedures.connectGetHostname, () => ({ hostname }));
    const connection = await connect(uri(writePipe(folder, 'tunnel', daemon.path)));
    expect((await connection.getHostname()) === hostname).toBe(true);
    await connection.close();
  });

  it('says that there is no such program', async () => {
    const error = await caught(connect(uri('/no/such/program')));
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECT_FAILED', kind: 'unavailable' });
    expect(error.message).toBe('cannot start "/no/such/program": there is no such program');
  });

  it('says that a program may not be started', async () => {
    const program = script('locked', 'exit 0');
    chmodSync(program, 0o644);
    expect((await caught(connect(uri(program)))).message).toContain(`cannot start "${program}": spawn`);
  });

  it('says how a program ended, and its last words only', async () => {
    const program = script('grumpy', 'i=0; while [ $i -lt 500 ]; do echo "no use $i" >&2; i=$((i+1)); done; exit 3');
    const error = await caught(connect(uri(program)));
    expect(error.code).toBe('LIBVIRT_CONNECT_FAILED');
    expect(error.message).toContain('grumpy ended with exit code 3');
    expect(error.message).toContain('no use 499');
    expect(error.message.length).toBeLessThan(2200);
  });

  it('says which signal ended a program', async () => {
    expect((await caught(connect(uri(script('victim', 'kill -9 $$'))))).message).toContain('ended with SIGKILL');
  });

  it('says when a program ends in the middle of a call', async () => {
    const connection = await connect(uri(writePipe(folder, 'tunnel', daemon.path)), { reconnect: false });
    daemon.on(procedures.connectGetHostname, ({ peer }) => {
      peer.socket.destroy();
      return silence;
    });
    const error = await caught(connection.getHostname());
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST', retryable: true, outcomeUnknown: true });
    expect(error.message).toContain('tunnel ended with exit code 0');
  });

  it('ends a program when the connection is closed', async () => {
    const pidFile = join(folder, 'pid');
    const tunnel = writePipe(folder, 'tunnel', daemon.path);
    const connection = await connect(uri(script('wrapper', `echo $$ > ${pidFile}; exec ${tunnel}`)));
    expect(isRunning(pidFile)).toBe(true);
    await connection.close();
    await until(() => !isRunning(pidFile));
  });

  it('lets this process end while the connection is idle', async () => {
    const index = join(import.meta.dirname, '../../src/index.ts');
    const tunnel = uri(writePipe(folder, 'tunnel', daemon.path));
    const code = `import { connect } from ${JSON.stringify(index)};
      const connection = await connect(${JSON.stringify(tunnel)});
      console.log(await connection.getHostname());`;
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code]);
    const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect({ output, status }).toEqual({ output: 'far\n', status: 0 });
  });
});
