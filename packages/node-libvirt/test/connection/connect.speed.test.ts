import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { procedures } from '../../src/index.ts';
import { caught, until } from '../support/caught.ts';
import { FakeDaemon, silence } from '../../src/testing/fake-daemon.ts';

let server: FakeDaemon;

beforeEach(async () => {
  server = await FakeDaemon.start();
});
afterEach(() => server.stop());

describe('connect', () => {
  it('rejects when the daemon is silent, by timeout or signal', async () => {
    server.on(procedures.authList, () => silence);
    expect(await caught(server.connect({ timeoutMs: 30 }))).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
    const controller = new AbortController();
    const attempt = caught(server.connect({ signal: controller.signal }));
    await until(() => server.peers.length === 2);
    const before = performance.now();
    controller.abort();
    expect(await attempt).toMatchObject({ code: 'LIBVIRT_ABORTED' });
    expect(performance.now() - before).toBeLessThan(100);
  });
});
