import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, type LifecycleEvent, procedures } from '../../src/index.ts';
import { until } from '../support/caught.ts';
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
  it('comes through complete and in order when the queue is large enough', async () => {
    const events = connection.domainEvents({ queueSize: 20_000 });
    await events.ready;
    storm(20_000);
    let expected = 0;
    for await (const event of events) {
      expect((event as LifecycleEvent).domain.id).toBe(expected);
      if (++expected === 20_000) break;
    }
    expect(events.dropped).toBe(0);
  });

  it('reaches every stream, and a slow one loses nothing for the others', async () => {
    const [quick, slow] = [connection.domainEvents({ queueSize: 5000 }), connection.domainEvents({ queueSize: 10 })];
    await Promise.all([quick.ready, slow.ready]);
    storm(5000);
    await until(() => slow.dropped === 4990);
    for (let id = 0; id < 5000; id++) expect(((await quick.next()).value as LifecycleEvent).domain.id).toBe(id);
    expect((await slow.next()).value).toMatchObject({ type: 'gap', dropped: 4990 });
    for (let id = 4990; id < 5000; id++) expect(((await slow.next()).value as LifecycleEvent).domain.id).toBe(id);
  });
});
