import { type ChildProcess, spawn } from 'node:child_process';
import { createConnection, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, systemClock } from '../../src/index.ts';
import { dialTcp } from '../../src/transport/dial-tcp.ts';
import { caught, delay } from '../support/caught.ts';

describe('a host that does not take connections', () => {
  let busy: ChildProcess;
  let port: number;
  const fillers: Socket[] = [];

  /** A listener that is stopped and has its queue full: the next connection hangs. */
  beforeAll(async () => {
    const code = `require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port); })`;
    busy = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    port = Number(
      await new Promise<string>((resolve) => busy.stdout?.once('data', (chunk: Buffer) => resolve(String(chunk)))),
    );
    busy.kill('SIGSTOP');
    for (let count = 0; count < 8; count++) fillers.push(createConnection(port, '127.0.0.1').on('error', () => {}));
    await delay(100);
  });
  afterAll(() => {
    for (const socket of fillers) socket.destroy();
    busy.kill('SIGKILL');
  });

  it('is given up at the deadline', async () => {
    const before = performance.now();
    const error = await caught(dialTcp({ host: '127.0.0.1', port }, '', systemClock, { timeoutMs: 100 }));
    expect(error).toMatchObject({ code: 'LIBVIRT_TIMEOUT', kind: 'timeout' });
    expect(performance.now() - before).toBeLessThan(300);
  });

  it('is given up at once when the caller says so', async () => {
    const controller = new AbortController();
    const attempt = caught(connect(`qemu+tcp://127.0.0.1:${port}/system`, { signal: controller.signal }));
    await delay(50);
    const before = performance.now();
    controller.abort();
    expect(await attempt).toMatchObject({ code: 'LIBVIRT_ABORTED', kind: 'aborted' });
    expect(performance.now() - before).toBeLessThan(100);
  });
});
