import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, connect, type ConnectOptions, procedures } from '../../src/index.ts';
import { FakeDaemon, silence } from '../../src/testing/fake-daemon.ts';
import { caught, until } from '../support/caught.ts';
import { type Way, ways } from '../support/ways.ts';

let daemon: FakeDaemon;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ways-'));
  daemon = await FakeDaemon.start();
  daemon.on(procedures.connectGetHostname, () => ({ hostname: 'far' }));
});
afterEach(async () => {
  await daemon.stop();
  rmSync(folder, { recursive: true });
});

describe.each(Object.entries(ways))('a daemon reached by %s', (_, open) => {
  let way: Way;
  const dial = (options?: ConnectOptions): Promise<Connection> => connect(way.uri, options);
  beforeEach(async () => {
    way = await open(daemon, folder);
  });
  afterEach(() => way.close?.());

  it('does not hold up who gives up before it answers', async () => {
    daemon.on(procedures.authList, () => silence);
    const controller = new AbortController();
    const attempt = caught(dial({ signal: controller.signal }));
    await until(() => daemon.peers.length === 1);
    const before = performance.now();
    controller.abort();
    expect(await attempt).toMatchObject({ code: 'LIBVIRT_ABORTED' });
    expect(performance.now() - before).toBeLessThan(100);
    await until(() => daemon.peer.socket.destroyed || daemon.peer.socket.readableEnded);
  });
});
