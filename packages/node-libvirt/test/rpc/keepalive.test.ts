import { afterEach, describe, expect, it } from 'vitest';
import { type Connection, procedures } from '../../src/index.ts';
import { checkKeepalive, Keepalive, pongFrame } from '../../src/rpc/keepalive.ts';
import { systemClock } from '../../src/rpc/clock.ts';
import { caught, delay, until } from '../support/caught.ts';
import { FakeDaemon, silence } from '../../src/testing/fake-daemon.ts';
import { ManualClock } from '../support/manual-clock.ts';

const keepaliveProgram = 0x6b65_6570;

describe('Keepalive', () => {
  function watched(options?: ConstructorParameters<typeof Keepalive>[2]): {
    clock: ManualClock;
    keepalive: Keepalive;
    pings: () => number;
    silences: number[];
  } {
    const clock = new ManualClock();
    let pings = 0;
    const silences: number[] = [];
    const target = { sendPing: () => void pings++, onSilence: (silentMs: number) => void silences.push(silentMs) };
    return { clock, keepalive: new Keepalive(target, clock, options), pings: () => pings, silences };
  }

  it('asks only after an interval of silence', () => {
    const { clock, keepalive, pings } = watched();
    for (let i = 0; i < 10; i++) {
      clock.advance(4000);
      keepalive.alive();
    }
    expect(pings()).toBe(0);
    clock.advance(10_000);
    expect(pings()).toBe(1);
  });

  it('gives up after 30 s of silence by default', () => {
    const { clock, pings, silences } = watched();
    clock.advance(34_999);
    expect(silences).toEqual([]);
    expect(pings()).toBe(5);
    clock.advance(1);
    expect(silences).toEqual([30_000]);
  });

  it('starts counting anew at any sign of life', () => {
    const { clock, keepalive, silences } = watched({ intervalMs: 100, count: 2 });
    for (let i = 0; i < 20; i++) {
      clock.advance(250);
      keepalive.alive();
    }
    expect(silences).toEqual([]);
  });

  it('does nothing with an interval of 0, or when it was stopped', () => {
    expect(watched({ intervalMs: 0 }).clock.size).toBe(0);
    const { clock, keepalive } = watched();
    keepalive.stop();
    expect(clock.size).toBe(0);
  });
});

describe('checkKeepalive', () => {
  it.each([undefined, {}, { intervalMs: 0, count: 0 }, { intervalMs: 0.5 }, { intervalMs: Infinity }])(
    'takes %j',
    (options) => {
      expect(() => checkKeepalive(options)).not.toThrow();
    },
  );

  it.each([
    [{ intervalMs: Number.NaN }, 'keepalive.intervalMs must be a number from 0, not NaN'],
    [{ intervalMs: -1 }, 'keepalive.intervalMs must be a number from 0, not -1'],
    [{ count: Number.NaN }, 'keepalive.count must be an integer from 0, not NaN'],
    [{ count: -1 }, 'keepalive.count must be an integer from 0, not -1'],
    [{ count: 1.5 }, 'keepalive.count must be an integer from 0, not 1.5'],
  ])('is what makes connect refuse %o before it asks anybody', async (keepalive, why) => {
    const daemon = await FakeDaemon.start();
    const error = await caught(daemon.connect({ keepalive }));
    expect(error).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID', message: `connect: ${why}` });
    expect(daemon.peers).toEqual([]);
    await daemon.stop();
  });
});

describe('a connection', () => {
  let server: FakeDaemon;
  let connection: Connection;

  afterEach(async () => {
    await connection.close();
    await server.stop();
  });

  it('answers the questions of the daemon', async () => {
    server = await FakeDaemon.start();
    connection = await server.connect();
    const bytes: Buffer[] = [];
    server.peer.socket.on('data', (chunk: Buffer) => bytes.push(chunk));
    server.peer.send({ program: keepaliveProgram, procedure: 1, type: 2 });
    await until(() => bytes.length > 0);
    expect(Buffer.concat(bytes)).toEqual(pongFrame);
  });

  it('counts as lost when the daemon is frozen: all calls fail', async () => {
    server = await FakeDaemon.start();
    const clock = new ManualClock();
    connection = await server.connect({ clock });
    server.on(procedures.connectGetHostname, () => silence);
    const call = caught(connection.getHostname());
    clock.advance(60_000);
    expect(await call).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST', retryable: true, outcomeUnknown: true });
  });

  it('stays when the daemon answers the questions, however long a call takes', async () => {
    server = await FakeDaemon.start();
    connection = await server.connect({ keepalive: { intervalMs: 20, count: 2 } });
    let pings = 0;
    server.peer.socket.on('data', (chunk: Buffer) => {
      if (chunk.readUInt32BE(4) !== keepaliveProgram) return;
      pings++;
      server.peer.sendRaw(pongFrame);
    });
    server.on(procedures.connectGetHostname, async () => {
      await delay(300);
      return { hostname: 'patient' };
    });
    expect(await connection.getHostname()).toBe('patient');
    expect(pings).toBeGreaterThan(3);
  });

  it('with five calls in flight asks over another socket, since a busy daemon reads no questions', async () => {
    server = await FakeDaemon.start();
    connection = await server.connect({ keepalive: { intervalMs: 20, count: 2 }, maxSockets: 1 });
    server.on(procedures.connectGetType, async () => {
      await delay(300);
      return { type: 'QEMU' };
    });
    const calls = await Promise.all(Array.from({ length: 5 }, () => connection.getType()));
    expect(calls).toHaveLength(5);
    expect(server.peers.length).toBeGreaterThan(1);
    expect(server.peers[1]?.calls).toEqual(['authList']);
  });

  it('with five calls in flight counts as lost when the other socket gets no answer either', async () => {
    server = await FakeDaemon.start();
    connection = await server.connect({ keepalive: { intervalMs: 20, count: 2 }, maxSockets: 1 });
    server.on(procedures.connectGetType, () => silence);
    server.on(procedures.authList, () => silence);
    const calls = Array.from({ length: 5 }, () => caught(connection.getType({ timeoutMs: 5000 })));
    for (const error of await Promise.all(calls)) expect(error.code).toBe('LIBVIRT_CONNECTION_LOST');
  });
});

describe('systemClock', () => {
  it('calls back once, later, unless cancelled', async () => {
    const fired: string[] = [];
    systemClock.after(5, () => fired.push('a'));
    systemClock.after(5, () => fired.push('b'))();
    systemClock.after(1e12, () => fired.push('in thirty years'))();
    expect(fired).toEqual([]);
    await delay(30);
    expect(fired).toEqual(['a']);
    expect(systemClock.monotonic()).toBeGreaterThan(0);
  });
});
