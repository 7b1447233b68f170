import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, type ConnectOptions, type DomainEvent, procedures } from '../../src/index.ts';
import { delayAfter, reconnectPolicy } from '../../src/connection/reconnect-options.ts';
import { Failure, FakeDaemon, silence } from '../../src/testing/fake-daemon.ts';
import { caught, delay, until } from '../support/caught.ts';

const web = { name: 'web', uuid: '00000000-0000-4000-8000-000000000001', id: 7 };

let daemon: FakeDaemon;
let connection: Connection;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  serve();
});

afterEach(async () => {
  await connection.close();
  await daemon.stop();
});

function serve(): void {
  daemon.on(procedures.connectGetHostname, () => ({ hostname: 'host' }));
  daemon.on(procedures.connectListAllDomains, () => ({ domains: [web], ret: 1 }));
  daemon.on(procedures.connectDomainEventCallbackRegisterAny, ({ args }) => ({ callbackID: 100 + args.eventID }));
  daemon.on(procedures.connectDomainEventCallbackDeregisterAny, () => undefined);
}

async function open(options: ConnectOptions = {}): Promise<void> {
  connection = await daemon.connect({ ...options, reconnect: { initialDelayMs: 10, ...options.reconnect } });
}

/** Cuts every socket, as a daemon that dies does. */
function cut(): void {
  for (const { socket } of daemon.peers) socket.destroy();
}

/** Lets the daemon die, and the connection notice. */
async function lose(): Promise<void> {
  await daemon.pause();
  await until(() => connection.state !== 'connected');
}

const started = (callbackID = 100): void =>
  daemon.peers
    .at(-1)
    ?.sendEvent('domainEventCallbackLifecycle', { callbackID, msg: { dom: web, event: 2, detail: 0 } });

describe('after a loss', () => {
  it('what waited has failed, and the next call connects anew', async () => {
    await open();
    daemon.on(procedures.connectGetType, () => silence);
    const waiting = caught(connection.getType());
    await until(() => daemon.peer.calls.includes('connectGetType'));
    cut();
    expect(await waiting).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST', retryable: true, outcomeUnknown: true });
    expect(connection.isOpen).toBe(true);
    expect(connection.state).toBe('disconnected');
    expect(await Promise.all([connection.getHostname(), connection.getHostname()])).toEqual(['host', 'host']);
    expect(connection.state).toBe('connected');
    expect(daemon.peers).toHaveLength(2);
  });

  it('nothing is dialled while nobody wants anything', async () => {
    await open();
    cut();
    await until(() => connection.state === 'disconnected');
    await delay(50);
    expect(daemon.peers).toHaveLength(1);
  });

  it('calls wait for a daemon that is starting, as long as they may', async () => {
    await open();
    await lose();
    const early = caught(connection.getHostname({ timeoutMs: 30 }));
    const patient = connection.getHostname();
    expect(await early).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
    await daemon.resume();
    expect(await patient).toBe('host');
  });

  it('a call gives up after waitMs, says why, and that it was not sent', async () => {
    await open({ reconnect: { waitMs: 60 } });
    await lose();
    const before = performance.now();
    const error = await caught(connection.getHostname());
    expect(performance.now() - before).toBeLessThan(400);
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST', retryable: true, outcomeUnknown: false });
    expect(error.message).toContain('not sent');
    await daemon.resume();
    expect(await connection.getHostname()).toBe('host');
  });

  it('a signal ends the wait at once', async () => {
    await open();
    await lose();
    const controller = new AbortController();
    const waiting = caught(connection.getHostname({ signal: controller.signal }));
    await delay(20);
    controller.abort();
    expect(await waiting).toMatchObject({ code: 'LIBVIRT_ABORTED' });
  });

  it('a refusal that will not change ends the connection', async () => {
    await open();
    daemon.on(procedures.connectOpen, () => new Failure({ code: 45, message: 'authentication failed' }));
    cut();
    await until(() => connection.state === 'disconnected');
    expect(await caught(connection.getHostname())).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST' });
    expect(await connection.closed).toMatchObject({ code: 'LIBVIRT_AUTH_FAILED' });
    expect(connection.isOpen).toBe(false);
  });

  it('so many attempts in a row are the end of it when the policy says so', async () => {
    await open({ reconnect: { maxAttempts: 2 } });
    await lose();
    expect(await caught(connection.getHostname())).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST' });
    expect(await connection.closed).toMatchObject({ code: 'LIBVIRT_CONNECT_FAILED' });
    await daemon.resume();
  });

  it('closing ends the attempts and whoever waits', async () => {
    await open();
    await lose();
    const waiting = caught(connection.getHostname());
    await delay(20);
    await connection.close();
    expect(await waiting).toMatchObject({ code: 'LIBVIRT_CONNECTION_CLOSED', retryable: false });
    expect(await connection.closed).toBeUndefined();
    expect(await caught(connection.getHostname())).toMatchObject({ code: 'LIBVIRT_CONNECTION_CLOSED' });
    await daemon.resume();
  });
});

describe('a stream of events', () => {
  it('comes back by itself, tells what there is now, and goes on', async () => {
    await open();
    const events = connection.domainEvents();
    await events.ready;
    started();
    expect((await events.next()).value).toMatchObject({ type: 'lifecycle', event: 'started' });
    cut();
    const gap = (await events.next()).value;
    expect(gap).toMatchObject({
      type: 'gap',
      reason: 'reconnect',
      dropped: undefined,
      current: [{ name: 'web', uuid: web.uuid, id: 7 }],
    });
    started();
    expect((await events.next()).value).toMatchObject({ type: 'lifecycle', event: 'started' });
    await events.return();
    expect(daemon.peers.at(-1)?.calls).toContain('connectDomainEventCallbackDeregisterAny');
  });

  it('keeps what happens while the list is made, behind the gap', async () => {
    await open();
    const events = connection.domainEvents();
    await events.ready;
    daemon.on(procedures.connectListAllDomains, async ({ peer }) => {
      peer.sendEvent('domainEventCallbackLifecycle', { callbackID: 100, msg: { dom: web, event: 5, detail: 2 } });
      await delay(20);
      return { domains: [], ret: 0 };
    });
    cut();
    expect((await events.next()).value).toMatchObject({ type: 'gap', current: [] });
    expect((await events.next()).value).toMatchObject({ type: 'lifecycle', event: 'stopped' });
  });

  it('survives losses one after the other, in the middle of coming back too', async () => {
    await open();
    const events = connection.domainEvents({ types: ['lifecycle', 'reboot'] });
    await events.ready;
    for (let round = 0; round < 5; round++) {
      const sockets = daemon.peers.length;
      cut();
      await until(() => daemon.peers.length > sockets);
    }
    const gaps: (DomainEvent | { type: 'gap' })[] = [];
    while (gaps.length === 0 || gaps.at(-1)?.type === 'gap') {
      started();
      const { value } = await events.next();
      if (value !== undefined) gaps.push(value);
    }
    expect(gaps[0]?.type).toBe('gap');
    expect(gaps.at(-1)).toMatchObject({ type: 'lifecycle' });
  });

  it('ends with the reason when the new daemon refuses it', async () => {
    await open();
    const events = connection.domainEvents();
    await events.ready;
    daemon.on(procedures.connectDomainEventCallbackRegisterAny, () => new Failure({ code: 3, message: 'not here' }));
    cut();
    expect(await caught(events.next())).toMatchObject({ code: 'LIBVIRT_NO_SUPPORT' });
  });

  it('keeps the process alive while it waits for the daemon to come back', async () => {
    await open();
    const events = connection.domainEvents();
    await events.ready;
    const next = events.next();
    await lose();
    await delay(50);
    expect(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length).toBeGreaterThan(0);
    await daemon.resume();
    expect((await next).value).toMatchObject({ type: 'gap' });
  });
});

describe('two streams of a kind', () => {
  it('both get the gap before what follows, from one list', async () => {
    await open();
    const both = [connection.domainEvents(), connection.domainEvents()] as const;
    await Promise.all(both.map(({ ready }) => ready));
    let lists = 0;
    daemon.on(procedures.connectListAllDomains, async ({ peer }) => {
      lists++;
      peer.sendEvent('domainEventCallbackLifecycle', { callbackID: 100, msg: { dom: web, event: 2, detail: 0 } });
      await delay(10);
      return { domains: [web], ret: 1 };
    });
    cut();
    for (const stream of both) {
      expect((await stream.next()).value).toMatchObject({ type: 'gap' });
      expect((await stream.next()).value).toMatchObject({ type: 'lifecycle' });
    }
    expect(lists).toBe(1);
  });

  it('do not take the registration from each other when one ends while the connection is away', async () => {
    await open();
    const [leaving, staying] = [connection.domainEvents(), connection.domainEvents({ types: ['reboot'] })];
    await Promise.all([leaving.ready, staying.ready]);
    // After the return the numbers begin anew: what was the first one's is the other's.
    daemon.on(procedures.connectDomainEventCallbackRegisterAny, () => ({ callbackID: 100 }));
    await lose();
    await leaving.return();
    await daemon.resume();
    expect((await staying.next()).value).toMatchObject({ type: 'gap' });
    expect(daemon.peers.at(-1)?.calls).not.toContain('connectDomainEventCallbackDeregisterAny');
  });
});

describe('a subscription', () => {
  it('made while the connection is away is registered once, and ready when the daemon sends', async () => {
    await open();
    await lose();
    const events = connection.domainEvents();
    let isReady = false;
    void events.ready.then(() => (isReady = true));
    await delay(30);
    expect(isReady).toBe(false);
    await daemon.resume();
    await events.ready;
    await delay(20);
    const calls = daemon.peers.at(-1)?.calls.filter((name) => name === 'connectDomainEventCallbackRegisterAny');
    expect(calls).toHaveLength(1);
  });

  it('that is lost on the way is made again', async () => {
    await open();
    let attempts = 0;
    daemon.on(procedures.connectDomainEventCallbackRegisterAny, () => {
      if (++attempts > 1) return { callbackID: 100 };
      cut();
      return silence;
    });
    const events = connection.domainEvents();
    await events.ready;
    expect((await events.next()).value).toMatchObject({ type: 'gap' });
    expect(attempts).toBe(2);
  });

  it('goes on without the list when the daemon refuses to make it', async () => {
    await open();
    const events = connection.domainEvents();
    await events.ready;
    daemon.on(procedures.connectListAllDomains, () => new Failure({ code: 29, message: 'not allowed' }));
    cut();
    expect((await events.next()).value).toMatchObject({ type: 'gap', reason: 'reconnect', current: undefined });
    started();
    expect((await events.next()).value).toMatchObject({ type: 'lifecycle' });
  });

  it('counts what it could not keep while the list was made', async () => {
    await open();
    const events = connection.domainEvents({ queueSize: 10_000 });
    await events.ready;
    daemon.on(procedures.connectListAllDomains, async () => {
      for (let count = 0; count < 5000; count++) started();
      await delay(50);
      return { domains: [], ret: 0 };
    });
    cut();
    expect((await events.next()).value).toMatchObject({ type: 'gap', reason: 'reconnect' });
    for (let count = 0; count < 4096; count++) await events.next();
    expect((await events.next()).value).toMatchObject({ type: 'gap', reason: 'overflow', dropped: 904 });
  });
});

describe('the way back', () => {
  it('is taken at once when a call comes during a long pause', async () => {
    await open({ reconnect: { initialDelayMs: 5000, random: () => 0 } });
    const events = connection.domainEvents();
    await events.ready;
    await lose();
    await delay(30); // the first attempt has failed, and the pause has begun
    await daemon.resume();
    const before = performance.now();
    expect(await connection.getHostname()).toBe('host');
    expect(performance.now() - before).toBeLessThan(1000);
  });

  it('is looked for again when a socket died with the answer to its opening', async () => {
    await open();
    let dying = 2;
    daemon.on(procedures.connectOpen, ({ head, peer }) => {
      if (dying-- <= 0) return undefined;
      peer.send({ ...head, type: 1 });
      peer.socket.end();
      return silence;
    });
    cut();
    await until(() => connection.state === 'disconnected');
    await expect.poll(() => connection.getHostname().catch(() => ''), { timeout: 2000 }).toBe('host');
  });
});

describe('stateEvents', () => {
  it('end with their signal, and take no nonsense', async () => {
    await open();
    const controller = new AbortController();
    const next = caught(connection.stateEvents({ signal: controller.signal }).next());
    controller.abort();
    expect(await next).toMatchObject({ code: 'LIBVIRT_ABORTED' });
    expect(await caught(connection.stateEvents({ signal: controller.signal }).next())).toMatchObject({
      code: 'LIBVIRT_ABORTED',
    });
    const error = await caught(() => connection.stateEvents({ queueSize: -1 }));
    expect(error).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
  });

  it('tell of the loss, of attempts that fail, of the return and of the end', async () => {
    await open();
    const told: unknown[] = [];
    const watching = connection.stateEvents().forEach((event) => told.push(event));
    await lose();
    const waiting = connection.getHostname();
    await until(() => told.length >= 3);
    await daemon.resume();
    await waiting;
    await connection.close();
    await watching;
    expect(told[0]).toMatchObject({ state: 'disconnected', attempts: 0, error: { code: 'LIBVIRT_CONNECTION_LOST' } });
    expect(told[1]).toMatchObject({ state: 'disconnected', attempts: 1, error: { code: 'LIBVIRT_CONNECT_FAILED' } });
    expect(told.at(-2)).toMatchObject({ state: 'connected', attempts: 0, error: undefined });
    expect(told.at(-1)).toMatchObject({ state: 'closed' });
    expect(await caught(() => connection.stateEvents())).toMatchObject({ code: 'LIBVIRT_CONNECTION_CLOSED' });
  });
});

describe('the policy', () => {
  it('doubles the pause up to the longest, less up to a quarter', () => {
    const policy = reconnectPolicy({ random: () => 0 });
    expect([1, 2, 3, 7, 8, 50].map((attempts) => delayAfter(attempts, policy))).toEqual([
      100, 200, 400, 6400, 10_000, 10_000,
    ]);
    expect(delayAfter(1, reconnectPolicy({ random: () => 1 }))).toBe(75);
  });

  it.each([{ initialDelayMs: 0 }, { maxDelayMs: Number.NaN }, { maxAttempts: -1 }, { waitMs: -1 }])(
    'refuses %j',
    async (reconnect) => {
      connection = await daemon.connect();
      expect(await caught(daemon.connect({ reconnect }))).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
    },
  );
});
