import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, connect, procedures } from '../../src/index.ts';
import { type Clock, systemClock } from '../../src/rpc/clock.ts';
import { caught, delay, until } from '../support/caught.ts';
import { Failure, FakeDaemon, silence } from '../../src/testing/fake-daemon.ts';

const vm = { name: 'vm', uuid: '00000000-0000-4000-8000-000000000001', id: 7 };

let server: FakeDaemon;
let connection: Connection;
/** Creates in progress, to be ended by the test. */
let creating: (() => void)[];
let mostInFlight: number;

beforeEach(async () => {
  creating = [];
  mostInFlight = 0;
  server = await FakeDaemon.start();
  const perPeer = new Map<unknown, number>();
  server.on(procedures.domainCreateXml, async ({ peer }) => {
    perPeer.set(peer, (perPeer.get(peer) ?? 0) + 1);
    mostInFlight = Math.max(mostInFlight, ...perPeer.values());
    await new Promise<void>((resolve) => creating.push(resolve));
    perPeer.set(peer, (perPeer.get(peer) ?? 0) - 1);
    return { dom: vm };
  });
  server.on(procedures.connectGetHostname, () => ({ hostname: 'host' }));
});

afterEach(async () => {
  for (const end of creating) end();
  await connection.close();
  await server.stop();
});

const create = (): Promise<unknown> => connection.createDomainXML('<domain/>');
const endOne = (): void => creating.shift()?.();

describe('slow calls', () => {
  it('never take more than three of the five places that a daemon gives a socket', async () => {
    connection = await server.connect({ maxSockets: 4 });
    const all = Array.from({ length: 12 }, create);
    await until(() => creating.length === 12);
    expect(mostInFlight).toBe(3);
    expect(server.peers).toHaveLength(4);
    for (const end of creating) end();
    await Promise.all(all);
  });

  it('leave the first socket to quick calls, so that eight of them do not hold up anything', async () => {
    connection = await server.connect();
    const all = Array.from({ length: 8 }, create);
    await until(() => creating.length === 8);
    const before = performance.now();
    expect(await connection.getHostname()).toBe('host');
    expect(performance.now() - before).toBeLessThan(500);
    for (const end of creating) end();
    await Promise.all(all);
  });

  it('wait their turn when all sockets are busy, first come first served', async () => {
    connection = await server.connect({ maxSockets: 1 });
    const order: number[] = [];
    const all = Array.from({ length: 6 }, async (_, index) => {
      await create();
      order.push(index);
    });
    await until(() => creating.length === 3);
    await delay(20);
    expect(creating).toHaveLength(3);
    for (let done = 1; done <= 6; done++) {
      endOne();
      await until(() => order.length === done);
    }
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    await Promise.all(all);
  });

  it('that wait can be aborted: they are never sent', async () => {
    connection = await server.connect({ maxSockets: 1 });
    const all = [create(), create(), create()];
    const controller = new AbortController();
    const waiting = caught(connection.createDomainXML('<domain/>', { signal: controller.signal }));
    const late = caught(connection.createDomainXML('<domain/>', { timeoutMs: 30 }));
    await until(() => creating.length === 3);
    controller.abort();
    expect(await waiting).toMatchObject({ code: 'LIBVIRT_ABORTED' });
    expect(await late).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
    for (const end of creating) end();
    await Promise.all(all);
    await delay(20);
    expect(server.peer.calls.filter((name) => name === 'domainCreateXml')).toHaveLength(3);
  });

  it('that wait reject when the connection is closed', async () => {
    connection = await server.connect({ maxSockets: 1 });
    const all = Array.from({ length: 5 }, () => caught(create()));
    await until(() => creating.length === 3);
    await connection.close();
    for (const error of await Promise.all(all)) expect(error.code).toBe('LIBVIRT_CONNECTION_CLOSED');
  });

  it('use no second socket for a file of the test driver, whose state each socket would have for itself', async () => {
    connection = await connect(server.uri('test', '/tmp/node.xml'));
    const all = Array.from({ length: 6 }, create);
    await until(() => creating.length === 3);
    await delay(20);
    expect(server.peers).toHaveLength(1);
    for (let done = 0; done < 6; done++) {
      await until(() => creating.length > 0);
      endOne();
    }
    await Promise.all(all);
  });

  it('make do with the sockets there are when the daemon takes no more', async () => {
    connection = await server.connect();
    let opens = 0;
    server.on(procedures.connectOpen, () => {
      opens++;
      return new Failure({ code: 38, message: 'too many clients' });
    });
    const all = Array.from({ length: 5 }, create);
    await until(() => opens === 1);
    expect(creating).toHaveLength(3);
    for (let done = 0; done < 5; done++) {
      await until(() => creating.length > 0);
      endOne();
    }
    await Promise.all(all);
    expect(opens).toBe(1);
  });
});

describe('calls that turn out to be slow', () => {
  it('do not hold up others: these get a socket of their own', async () => {
    connection = await server.connect({ maxSockets: 2 });
    server.on(procedures.domainGetXmlDesc, () => silence);
    const domain = await connection.raw.connectGetHostname().then(() => connection);
    const stuck = Array.from({ length: 6 }, () => caught(domain.raw.domainGetXmlDesc({ dom: vm })));
    await delay(250);
    expect(await connection.getHostname()).toBe('host');
    expect(server.peers).toHaveLength(2);
    expect(server.peers[1]?.calls).toContain('connectGetHostname');
    await connection.close();
    await Promise.all(stuck);
  });

  it('count as long as the daemon works on them, also when nobody waits any more', async () => {
    connection = await server.connect({ maxSockets: 2 });
    server.on(procedures.domainGetXmlDesc, () => silence);
    const calls = Array.from({ length: 5 }, () =>
      caught(connection.raw.domainGetXmlDesc({ dom: vm }, { timeoutMs: 10 })),
    );
    for (const error of await Promise.all(calls)) expect(error.code).toBe('LIBVIRT_TIMEOUT');
    await delay(250);
    await connection.getHostname();
    expect(server.peers).toHaveLength(2);
  });

  it('go to the socket with the least to do when there can be no further one', async () => {
    connection = await server.connect({ maxSockets: 1 });
    server.on(procedures.domainGetXmlDesc, () => silence);
    const stuck = Array.from({ length: 6 }, () => caught(connection.raw.domainGetXmlDesc({ dom: vm })));
    await delay(250);
    expect(await connection.getHostname()).toBe('host');
    await connection.close();
    await Promise.all(stuck);
  });
});

describe('a further socket', () => {
  it('that breaks fails its own calls only', async () => {
    connection = await server.connect();
    const settled = Promise.allSettled(Array.from({ length: 4 }, create));
    await until(() => creating.length === 4);
    server.peers[1]?.socket.destroy();
    await delay(20);
    expect(await connection.getHostname()).toBe('host');
    for (const end of creating) end();
    const outcomes = await settled;
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(outcomes[3]).toMatchObject({ reason: { code: 'LIBVIRT_CONNECTION_LOST' } });
  });

  it('ends with the connection', async () => {
    connection = await server.connect();
    const all = Array.from({ length: 4 }, () => caught(create()));
    await until(() => creating.length === 4);
    await connection.close();
    await Promise.all(all);
    await until(() => server.peers.every(({ socket }) => socket.readableEnded || socket.destroyed));
  });

  it('is not tried when the number is out of range', async () => {
    connection = await server.connect();
    for (const maxSockets of [0, 101, 1.5, Number.NaN]) {
      expect(await caught(server.connect({ maxSockets }))).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
    }
  });
});

describe('a call that must not wait', () => {
  it('behind slow ones is what ends them', async () => {
    connection = await server.connect({ maxSockets: 1 });
    const destroyed: string[] = [];
    server.on(procedures.domainDestroyFlags, ({ args }) => void destroyed.push(args.dom.name));
    server.on(procedures.domainAbortJob, () => undefined);
    const creates = Promise.all(Array.from({ length: 6 }, create));
    await until(() => creating.length === 3);
    await connection.raw.domainDestroyFlags({ dom: vm }, { timeoutMs: 1000 });
    await connection.raw.domainAbortJob({ dom: vm }, { timeoutMs: 1000 });
    expect(destroyed).toEqual(['vm']);
    while (creating.length > 0) {
      endOne();
      await delay(5);
    }
    await creates;
  });

  it('for the end of many guests spreads over the sockets, and leaves a place of each to quick calls', async () => {
    connection = await server.connect({ maxSockets: 3 });
    const perPeer = new Map<unknown, number>();
    const ends: (() => void)[] = [];
    server.on(procedures.domainDestroy, async ({ peer }) => {
      perPeer.set(peer, (perPeer.get(peer) ?? 0) + 1);
      await new Promise<void>((resolve) => ends.push(resolve));
    });
    const all = Array.from({ length: 14 }, () => connection.raw.domainDestroy({ dom: vm }));
    await until(() => ends.length === 12);
    await delay(300);
    expect([...perPeer.values()]).toEqual([4, 4, 4]);
    expect(await connection.getHostname()).toBe('host');
    for (let done = 0; done < 14; done++) {
      await until(() => ends.length > 0);
      ends.shift()?.();
    }
    await Promise.all(all);
  });

  it('behind five that hang is one that never does', async () => {
    connection = await server.connect();
    server.on(procedures.domainMemoryStats, () => silence);
    const hanging = Array.from({ length: 5 }, () =>
      caught(connection.raw.domainMemoryStats({ dom: vm, maxStats: 1 }, { timeoutMs: 500 })),
    );
    // The fake daemon takes more than five at a time; a real one would not read the sixth: it must be on another socket.
    expect(await connection.getHostname({ timeoutMs: 1000 })).toBe('host');
    expect(server.peer.calls).not.toContain('connectGetHostname');
    await Promise.all(hanging);
  });

  it.each([0, 2])(
    'for a further socket that does not open is a quick one, with timers %d ms early',
    async (earlyMs) => {
      const after: Clock['after'] = (delayMs, callback) => systemClock.after(Math.max(0, delayMs - earlyMs), callback);
      connection = await server.connect({ maxSockets: 2, clock: { ...systemClock, after } });
      server.on(procedures.domainMemoryStats, () => silence);
      server.on(procedures.authList, () => silence);
      const hanging = Array.from({ length: 5 }, () =>
        caught(connection.raw.domainMemoryStats({ dom: vm, maxStats: 1 }, { timeoutMs: 2000 })),
      );
      expect(await connection.getHostname({ timeoutMs: 1500 })).toBe('host');
      await connection.close();
      await until(() => server.peers.every(({ socket }) => socket.destroyed));
      await Promise.all(hanging);
    },
  );
});

describe('a call that was never sent', () => {
  it('says so when its deadline passes', async () => {
    connection = await server.connect({ maxSockets: 1 });
    const creates = Promise.all(Array.from({ length: 3 }, create));
    await until(() => creating.length === 3);
    const error = await caught(connection.createDomainXML('<domain/>', { timeoutMs: 20 }));
    expect(error).toMatchObject({ code: 'LIBVIRT_TIMEOUT', outcomeUnknown: false });
    while (creating.length > 0) endOne();
    await creates;
  });
});
