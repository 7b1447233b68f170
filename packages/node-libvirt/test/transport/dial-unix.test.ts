import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, systemClock } from '../../src/index.ts';
import { dialUnix } from '../../src/transport/dial-unix.ts';
import { caught } from '../support/caught.ts';

let directory: string;
let servers: Server[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dial-'));
  servers = [];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  rmSync(directory, { recursive: true });
});

function listen(name: string): Promise<string> {
  const path = join(directory, name);
  const server = createServer((socket) => socket.end('hello'));
  servers.push(server);
  return new Promise((resolve) => server.listen(path, () => resolve(path)));
}

describe('dialUnix', () => {
  it('takes the first socket that is there', async () => {
    const path = await listen('second');
    const socket = await dialUnix([join(directory, 'first'), path], systemClock);
    const heard = await new Promise<string>((resolve) =>
      socket.once('data', (chunk: Buffer) => resolve(chunk.toString())),
    );
    expect(heard).toBe('hello');
    socket.destroy();
  });

  it('names all the sockets that are missing', async () => {
    const error = await caught(dialUnix(['/nonexistent/a', '/nonexistent/b'], systemClock));
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECT_FAILED', kind: 'unavailable', retryable: true });
    expect(error.message).toContain('there is no /nonexistent/a and no /nonexistent/b');
    expect(error.cause).toMatchObject({ code: 'ENOENT' });
  });

  it('says that nobody listens at a socket that was left behind', async () => {
    const path = join(directory, 'file');
    writeFileSync(path, '');
    const error = await caught(dialUnix([path], systemClock));
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECT_FAILED', kind: 'unavailable' });
    expect(error.message).toBe(`cannot connect to ${path}: nobody listens at it`);
  });

  it('says that this user may not use a socket', async () => {
    const path = await listen('closed');
    chmodSync(path, 0);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.('nobody');
    try {
      const error = await caught(dialUnix([path], systemClock));
      expect(error).toMatchObject({ code: 'LIBVIRT_CONNECT_FAILED', kind: 'permission', retryable: false });
      expect(error.message).toContain('this user may not use it');
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it('says what else is wrong', async () => {
    const error = await caught(dialUnix([join(directory, 'x'.repeat(200))], systemClock));
    expect(error.code).toBe('LIBVIRT_CONNECT_FAILED');
  });

  it('does not begin when the signal has fired', async () => {
    const path = await listen('sock');
    expect(await caught(dialUnix([path], systemClock, { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'LIBVIRT_ABORTED',
    });
  });
});

describe('connect', () => {
  it('names the daemon that is missing', async () => {
    const error = await caught(connect('qemu+unix:///system?socket=/nonexistent/libvirt-sock'));
    expect(error.code).toBe('LIBVIRT_CONNECT_FAILED');
    expect(error.message).toContain('start libvirtd');
  });
});
