import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, connect, type Domain, type GapEvent } from '../../src/index.ts';
import { caught, delay } from '../support/caught.ts';

const nobody = 65_534;

/** A libvirtd of our own, as a user without rights: it may be frozen and killed. */
let daemon: ChildProcess;
let directory: string;
let connection: Connection;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'libvirtd-'));
  const asRoot = process.geteuid?.() === 0;
  if (asRoot) chownSync(directory, nobody, nobody);
  start(asRoot);
  connection = await connected();
});

/** The socket is there before anybody listens at it. */
async function connected(): Promise<Connection> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await connect(uri(), { keepalive: { intervalMs: 200, count: 3 }, reconnect: false });
    } catch (error) {
      if (attempt === 200) throw error;
      await delay(50);
    }
  }
}

afterEach(async () => {
  const ended = new Promise((resolve) => daemon.once('exit', resolve));
  if (daemon.exitCode === null && daemon.signalCode === null) {
    daemon.kill('SIGKILL');
    await ended;
  }
  await connection.close();
  rmSync(directory, { recursive: true, force: true });
});

function socket(): string {
  return join(directory, 'libvirt/libvirt-sock');
}

function uri(): string {
  return `test+unix:///default?socket=${socket()}`;
}

function start(asRoot: boolean): void {
  daemon = spawn('/usr/sbin/libvirtd', ['--pid-file', join(directory, 'pid')], {
    env: { PATH: process.env['PATH'], HOME: directory, XDG_RUNTIME_DIR: directory },
    stdio: 'ignore',
    ...(asRoot ? { uid: nobody, gid: nobody } : {}),
  });
}

describe('a daemon that is killed', () => {
  it('in the middle of calls: each rejects within a second, retryable, and the process lives', async () => {
    const events = connection.domainEvents();
    await events.ready;
    daemon.kill('SIGSTOP');
    const calls = Array.from({ length: 20 }, () => caught(connection.getHostname()));
    const event = caught(events.next());
    await delay(50);
    const before = performance.now();
    daemon.kill('SIGKILL');
    const errors = await Promise.all(calls);
    expect(performance.now() - before).toBeLessThan(1000);
    for (const error of errors) {
      expect(error).toMatchObject({
        code: 'LIBVIRT_CONNECTION_LOST',
        kind: 'unavailable',
        retryable: true,
        outcomeUnknown: true,
      });
    }
    expect((await event).code).toBe('LIBVIRT_CONNECTION_LOST');
    expect(connection.isOpen).toBe(false);
  });

  it('in the middle of a storm of calls', async () => {
    const progress = { answered: 0 };
    const storm = Array.from({ length: 64 }, async () => {
      for (;;) {
        await connection.lookupDomainByName('test');
        progress.answered++;
      }
    });
    const failures = storm.map((worker) => caught(worker));
    while (progress.answered < 500) await delay(5);
    const before = performance.now();
    daemon.kill('SIGKILL');
    for (const error of await Promise.all(failures)) expect(error).toMatchObject({ retryable: true });
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

describe('a daemon that is started anew after it was killed', () => {
  it('is found again by the next call and by events, which tell what there is now', async () => {
    const lasting = await connect(uri(), { reconnect: { initialDelayMs: 50 } });
    const events = lasting.domainEvents();
    await events.ready;
    const before = (await lasting.listAllDomains()).map(({ name }) => name);
    const ended = new Promise((resolve) => daemon.once('exit', resolve));
    daemon.kill('SIGKILL');
    await ended;
    rmSync(join(directory, 'pid'), { force: true });
    start(process.geteuid?.() === 0);
    const gap = (await events.next()).value;
    expect(gap).toMatchObject({ type: 'gap', reason: 'reconnect' });
    expect((gap as GapEvent<Domain>).current?.map(({ name }) => name)).toEqual(before);
    const domain = await lasting.lookupDomainByName('test');
    await domain.suspend();
    expect((await events.next()).value).toMatchObject({ type: 'lifecycle', event: 'suspended' });
    await lasting.close();
  });

  it('loses no more than what was under way, in a storm of calls', async () => {
    const lasting = await connect(uri(), { reconnect: { initialDelayMs: 50, waitMs: 20_000 } });
    const outcomes = { answered: 0, failed: 0, stop: false };
    const workers = Array.from({ length: 32 }, async () => {
      while (!outcomes.stop) {
        await lasting.lookupDomainByName('test').then(
          () => outcomes.answered++,
          (error: unknown) => {
            expect(error).toMatchObject({ retryable: true });
            outcomes.failed++;
          },
        );
      }
    });
    while (outcomes.answered < 500) await delay(5);
    const ended = new Promise((resolve) => daemon.once('exit', resolve));
    daemon.kill('SIGKILL');
    await ended;
    rmSync(join(directory, 'pid'), { force: true });
    start(process.geteuid?.() === 0);
    const until = outcomes.answered + 500;
    while (outcomes.answered < until) await delay(5);
    outcomes.stop = true;
    await Promise.all(workers);
    expect(outcomes.failed).toBeLessThanOrEqual(64);
    await lasting.close();
  });
});

describe('a daemon that is frozen', () => {
  it('is noticed by its silence', async () => {
    daemon.kill('SIGSTOP');
    const before = performance.now();
    expect(await caught(connection.getHostname())).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST', retryable: true });
    expect(performance.now() - before).toBeLessThan(3000);
  });

  it('is noticed also when its five places are taken', async () => {
    daemon.kill('SIGSTOP');
    const calls = Array.from({ length: 10 }, () => caught(connection.getHostname()));
    for (const error of await Promise.all(calls)) expect(error.code).toBe('LIBVIRT_CONNECTION_LOST');
  });

  it('does not hold up a call with a deadline', async () => {
    daemon.kill('SIGSTOP');
    const before = performance.now();
    expect(await caught(connection.getHostname({ timeoutMs: 100 }))).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
    expect(performance.now() - before).toBeLessThan(200);
    daemon.kill('SIGCONT');
    expect(await connection.getHostname()).not.toBe('');
  });

  it('answers our questions when it lives, for as long as nobody calls', async () => {
    await delay(2000);
    expect(connection.isOpen).toBe(true);
    expect(await connection.getHostname()).not.toBe('');
  });
});
