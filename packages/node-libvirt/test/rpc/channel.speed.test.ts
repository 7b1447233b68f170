import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, procedures } from '../../src/index.ts';
import { caught, delay, until } from '../support/caught.ts';
import { FakeDaemon, silence } from '../../src/testing/fake-daemon.ts';

let server: FakeDaemon;
let connection: Connection;

beforeEach(async () => {
  server = await FakeDaemon.start();
  connection = await server.connect();
});

afterEach(async () => {
  await connection.close();
  await server.stop();
});

describe('an aborted call', () => {
  it('rejects at once, and its late answer disturbs nobody', async () => {
    let answer = (): void => {};
    server.on(procedures.connectGetHostname, async () => {
      await new Promise<void>((resolve) => (answer = resolve));
      return { hostname: 'late' };
    });
    server.on(procedures.connectGetType, () => ({ type: 'QEMU' }));
    const controller = new AbortController();
    const call = caught(connection.getHostname({ signal: controller.signal }));
    await until(() => server.peer.calls.includes('connectGetHostname'));
    const before = performance.now();
    controller.abort(new Error('no longer needed'));
    const error = await call;
    expect(performance.now() - before).toBeLessThan(100);
    expect(error).toMatchObject({ code: 'LIBVIRT_ABORTED', kind: 'aborted', retryable: false, outcomeUnknown: true });
    expect(error.cause).toEqual(new Error('no longer needed'));

    answer();
    await delay(10);
    expect(await connection.getType()).toBe('QEMU');
  });
});

describe('a call with a timeout', () => {
  it('rejects when the answer does not come in time', async () => {
    server.on(procedures.connectGetHostname, () => silence);
    const before = performance.now();
    const error = await caught(connection.getHostname({ timeoutMs: 50 }));
    expect(performance.now() - before).toBeLessThan(150);
    expect(error).toMatchObject({
      code: 'LIBVIRT_TIMEOUT',
      kind: 'timeout',
      retryable: true,
      outcomeUnknown: true,
      procedure: 'connectGetHostname',
    });
  });
});
