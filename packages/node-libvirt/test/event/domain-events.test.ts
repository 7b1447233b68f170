import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, type DomainEvent, type DomainEventType, procedures } from '../../src/index.ts';
import { caught, delay, until } from '../support/caught.ts';
import { Failure, FakeDaemon, silence } from '../../src/testing/fake-daemon.ts';

const web = { name: 'web', uuid: '00000000-0000-4000-8000-000000000001', id: 7 };
const database = { name: 'database', uuid: '00000000-0000-4000-8000-000000000002', id: 8 };

let server: FakeDaemon;
let connection: Connection;
let registered: number[];
let deregistered: number[];

beforeEach(async () => {
  registered = [];
  deregistered = [];
  server = await FakeDaemon.start();
  server.on(procedures.connectDomainEventCallbackRegisterAny, ({ args }) => {
    registered.push(args.eventID);
    return { callbackID: 100 + args.eventID };
  });
  server.on(procedures.connectDomainEventCallbackDeregisterAny, ({ args }) => {
    deregistered.push(args.callbackID);
  });
  connection = await server.connect();
});

afterEach(async () => {
  await connection.close();
  await server.stop();
});

const lifecycle = (dom: typeof web, event: number, detail: number, callbackID = 100): void =>
  server.peer.sendEvent('domainEventCallbackLifecycle', { callbackID, msg: { dom, event, detail } });

describe('domainEvents', () => {
  it('hands out lifecycle events in words, with the domain', async () => {
    const events = connection.domainEvents();
    await events.ready;
    lifecycle(web, 2, 0);
    lifecycle(web, 5, 2);
    lifecycle(web, 99, 3);
    const taken = [await events.next(), await events.next(), await events.next()].map(
      ({ value }) => value as DomainEvent,
    );
    expect(taken).toMatchObject([
      { type: 'lifecycle', domain: { name: 'web', uuid: web.uuid, id: 7 }, event: 'started', detail: 'booted' },
      { type: 'lifecycle', event: 'stopped', detail: 'crashed', native: { event: 5, detail: 2 } },
      { type: 'lifecycle', event: 'unknown', detail: 'unknown', native: { event: 99, detail: 3 } },
    ]);
  });

  it('keeps events that overtake the answer to the registration', async () => {
    server.on(procedures.connectDomainEventCallbackRegisterAny, async ({ args, peer }) => {
      const message = { callbackID: 100, msg: { dom: web, event: 2, detail: 0 } };
      peer.sendEvent('domainEventCallbackLifecycle', { ...message, callbackID: 55 });
      peer.sendEvent('domainEventCallbackLifecycle', message);
      await delay(20);
      return { callbackID: 100 + args.eventID };
    });
    const events = connection.domainEvents();
    expect((await events.next()).value).toMatchObject({ event: 'started' });
    expect(connection.isOpen).toBe(true);
  });

  it('registers each kind once at the daemon, however many streams want it', async () => {
    const all = [
      connection.domainEvents(),
      connection.domainEvents({ types: ['lifecycle', 'reboot', 'lifecycle'] }),
      connection.domainEvents({ types: ['reboot'] }),
    ];
    await Promise.all(all.map(({ ready }) => ready));
    expect(registered).toEqual([0, 1]);
    lifecycle(web, 2, 0);
    expect((await all[0]?.next())?.value).toMatchObject({ event: 'started' });
    expect((await all[1]?.next())?.value).toMatchObject({ event: 'started' });

    await all[0]?.return();
    expect(deregistered).toEqual([]);
    await all[1]?.return();
    expect(deregistered).toEqual([100]);
    await all[2]?.return();
    expect(deregistered).toEqual([100, 101]);
  });

  it('ends the registration when the loop is left, and begins anew for the next', async () => {
    const events = connection.domainEvents();
    await events.ready;
    lifecycle(web, 2, 0);
    for await (const event of events) {
      expect(event).toMatchObject({ event: 'started' });
      break;
    }
    expect(deregistered).toEqual([100]);
    expect(await events.next()).toEqual({ done: true, value: undefined });
    await events.return();
    expect(deregistered).toEqual([100]);

    await connection.domainEvents().ready;
    expect(registered).toEqual([0, 0]);
  });

  it('takes only the events of one domain when asked to', async () => {
    const events = connection.domainEvents({ domain: { uuid: database.uuid.toUpperCase() } });
    await events.ready;
    lifecycle(web, 2, 0);
    lifecycle(database, 2, 0);
    expect((await events.next()).value).toMatchObject({ domain: { name: 'database' } });
  });

  it('passes over events of registrations that others made on the same connection', async () => {
    const events = connection.domainEvents();
    await events.ready;
    lifecycle(web, 2, 0, 999);
    lifecycle(web, 5, 0);
    expect((await events.next()).value).toMatchObject({ event: 'stopped' });
  });

  it('holds a bounded number of events and marks what is missing', async () => {
    const events = connection.domainEvents({ queueSize: 2 });
    await events.ready;
    for (let event = 0; event < 6; event++) lifecycle(web, event, 0);
    await until(() => events.dropped === 4);
    expect((await events.next()).value).toMatchObject({ type: 'gap', reason: 'overflow', dropped: 4 });
    expect((await events.next()).value).toMatchObject({ event: 'resumed' });
    expect((await events.next()).value).toMatchObject({ event: 'stopped' });
  });

  it('gives several takers an event each, in the order they asked', async () => {
    const events = connection.domainEvents();
    const takers = [events.next(), events.next()];
    await events.ready;
    lifecycle(web, 2, 0);
    lifecycle(web, 5, 0);
    expect((await Promise.all(takers)).map(({ value }) => (value as { event: string }).event)).toEqual([
      'started',
      'stopped',
    ]);
  });
});

describe('a stream of events ends', () => {
  beforeEach(async () => {
    await connection.close();
    server.peers.length = 0;
    connection = await server.connect({ reconnect: false });
  });

  it('with the typed error when the connection is lost, after what had come before', async () => {
    const events = connection.domainEvents();
    await events.ready;
    lifecycle(web, 2, 0);
    await until(() => server.peer.calls.length > 0);
    await delay(10);
    server.peer.socket.destroy();
    await connection.closed;
    expect((await events.next()).value).toMatchObject({ event: 'started' });
    expect(await caught(events.next())).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST', retryable: true });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('with that error for somebody who waits', async () => {
    const events = connection.domainEvents();
    await events.ready;
    const next = caught(events.next());
    server.peer.socket.destroy();
    expect(await next).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST' });
  });

  it('without an error when the connection is closed', async () => {
    const events = connection.domainEvents();
    await events.ready;
    const next = events.next();
    await connection.close();
    expect(await next).toEqual({ done: true, value: undefined });
    const error = await caught(() => connection.domainEvents());
    expect(error.code).toBe('LIBVIRT_CONNECTION_CLOSED');
  });

  it('at once when its signal fires, and the registration with it', async () => {
    const controller = new AbortController();
    const events = connection.domainEvents({ signal: controller.signal });
    await events.ready;
    const next = caught(events.next());
    controller.abort();
    expect(await next).toMatchObject({ code: 'LIBVIRT_ABORTED', kind: 'aborted' });
    await until(() => deregistered.length === 1);
  });

  it('before it began when its signal had fired', async () => {
    const events = connection.domainEvents({ signal: AbortSignal.abort() });
    expect(await caught(events.ready)).toMatchObject({ code: 'LIBVIRT_ABORTED' });
    expect(await caught(events.next())).toMatchObject({ code: 'LIBVIRT_ABORTED' });
    expect(registered).toEqual([]);
  });

  it('when the daemon refuses the registration', async () => {
    server.on(procedures.connectDomainEventCallbackRegisterAny, () => new Failure({ code: 3, message: 'not here' }));
    const events = connection.domainEvents();
    expect(await caught(events.next())).toMatchObject({ code: 'LIBVIRT_NO_SUPPORT', kind: 'unsupported' });
    expect(await caught(events.ready)).toMatchObject({ code: 'LIBVIRT_NO_SUPPORT' });
  });

  it('when the daemon does not answer the registration in time', async () => {
    server.on(procedures.connectDomainEventCallbackRegisterAny, () => silence);
    const events = connection.domainEvents({ timeoutMs: 20 });
    expect(await caught(events.next())).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
  });

  it('also by its disposal', async () => {
    const events = connection.domainEvents();
    await events.ready;
    await events[Symbol.asyncDispose]();
    expect(deregistered).toEqual([100]);
  });

  it.each([
    { types: [] },
    { types: ['no-such'] as unknown as DomainEventType[] },
    { queueSize: 0 },
    { queueSize: Number.NaN },
  ])('before it began for %j', async (options) => {
    expect(await caught(() => connection.domainEvents(options))).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
  });

  it('and the connection too, when an event can not be decoded', async () => {
    const events = connection.domainEvents();
    await events.ready;
    server.peer.send({ procedure: 318, type: 2 }, Uint8Array.of(0, 0, 0));
    expect(await caught(events.next())).toMatchObject({ code: 'LIBVIRT_PROTOCOL_ERROR' });
    expect(connection.isOpen).toBe(false);
  });
});

describe('all kinds of events', () => {
  it('are those that the daemon knows', async () => {
    server.on(procedures.connectDomainEventCallbackRegisterAny, ({ args }) => {
      if (args.eventID > 25) return new Failure({ code: 1, message: `unsupported domain event ID ${args.eventID}` });
      return { callbackID: 100 + args.eventID };
    });
    const events = connection.domainEvents({ types: 'all' });
    await events.ready;
    lifecycle(web, 2, 0);
    expect((await events.next()).value).toMatchObject({ event: 'started' });
  });

  it('are an error when the daemon knows none', async () => {
    server.on(procedures.connectDomainEventCallbackRegisterAny, () => new Failure({ code: 3, message: 'not here' }));
    const events = connection.domainEvents({ types: 'all' });
    expect(await caught(events.ready)).toMatchObject({ code: 'LIBVIRT_NO_SUPPORT' });
  });
});
