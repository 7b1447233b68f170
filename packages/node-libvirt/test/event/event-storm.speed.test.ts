import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, procedures } from '../../src/index.ts';
import { FakeDaemon } from '../../src/testing/fake-daemon.ts';

let server: FakeDaemon;
let connection: Connection;

beforeEach(async () => {
  server = await FakeDaemon.start();
  server.on(procedures.connectDomainEventCallbackRegisterAny, ({ args }) => ({ callbackID: args.eventID }));
  server.on(procedures.connectDomainEventCallbackDeregisterAny, () => undefined);
  connection = await server.connect();
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

/** Sends events whose domains are numbered from 0. */
function storm(count: number): void {
  for (let id = 0; id < count; id++) {
    const dom = { name: `vm-${id}`, uuid: '00000000-0000-4000-8000-000000000001', id };
    server.peer.sendEvent('domainEventCallbackLifecycle', { callbackID: 0, msg: { dom, event: 4, detail: 0 } });
  }
}

describe('a storm of events', () => {
  it('does not hold up calls', async () => {
    server.on(procedures.connectGetHostname, () => ({ hostname: 'host' }));
    const events = connection.domainEvents({ queueSize: 1 });
    await events.ready;
    storm(5000);
    const before = performance.now();
    expect(await connection.getHostname()).toBe('host');
    expect(performance.now() - before).toBeLessThan(1000);
  });
});
