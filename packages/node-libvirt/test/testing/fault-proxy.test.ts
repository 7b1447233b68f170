import { createConnection } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, procedures } from '../../src/index.ts';
import { FakeDaemon, FaultProxy } from '../../src/testing/index.ts';
import { caught, delay, until } from '../support/caught.ts';

let daemon: FakeDaemon;
let proxy: FaultProxy;
let connection: Connection;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  daemon.on(procedures.connectGetHostname, () => ({ hostname: 'host' }));
  daemon.on(procedures.connectGetType, () => ({ type: 'QEMU' }));
  daemon.on(procedures.connectListDomains, ({ args }) => ({ ids: [args.maxids] }));
  proxy = await FaultProxy.start({ target: daemon.path });
  connection = await proxy.connect({ reconnect: false });
});

afterEach(async () => {
  await connection.close();
  await proxy.stop();
  await daemon.stop();
});

describe('FaultProxy', () => {
  it('passes all on, in whatever pieces it comes', async () => {
    const long = 'x'.repeat(1_000_000);
    daemon.on(procedures.connectGetCapabilities, () => ({ capabilities: long }));
    const [capabilities, hostname] = await Promise.all([connection.getCapabilities(), connection.getHostname()]);
    expect(capabilities).toBe(long);
    expect(hostname).toBe('host');
  });

  it('delays a frame and all behind it', async () => {
    proxy.rule = ({ to, index }) => (to === 'client' && index === 2 ? { kind: 'delay', delayMs: 80 } : undefined);
    const before = performance.now();
    await Promise.all([connection.getHostname(), connection.getType()]);
    expect(performance.now() - before).toBeGreaterThan(70);
  });

  it('loses a frame: the call ends by its deadline', async () => {
    proxy.rule = ({ procedure }) => (procedure === 'connectGetHostname' ? { kind: 'drop' } : undefined);
    expect(await caught(connection.getHostname({ timeoutMs: 30 }))).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
    expect(await connection.getType()).toBe('QEMU');
  });

  it('reorders answers, and each finds its call', async () => {
    proxy.rule = ({ to, head }) =>
      to === 'client' && head.serial % 3 === 0 ? { kind: 'reorder', behind: 2 } : undefined;
    const counts = Array.from({ length: 30 }, (_, index) => index);
    const calls = counts.map((maxids) => connection.raw.connectListDomains({ maxids }));
    calls.push(connection.raw.connectListDomains({ maxids: 30 }), connection.raw.connectListDomains({ maxids: 31 }));
    const answers = await Promise.all(calls);
    expect(answers.map(({ ids }) => ids[0])).toEqual([...counts, 30, 31]);
  });

  it('garbles a frame, and the client says so', async () => {
    proxy.rule = ({ to, bytes }) =>
      to === 'client' ? { kind: 'replace', bytes: Buffer.alloc(bytes.length, 0xff) } : undefined;
    expect(await caught(connection.getHostname())).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST', retryable: true });
    expect(await connection.closed).toMatchObject({ code: 'LIBVIRT_PROTOCOL_ERROR' });
  });

  it('cuts in the middle of a frame', async () => {
    proxy.rule = ({ to }) => (to === 'client' ? { kind: 'cut', afterBytes: 10 } : undefined);
    expect(await caught(connection.getHostname())).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST' });
  });

  it.each(['client', 'daemon'] as const)('cuts when the %s talks nonsense, and takes new connections', async (who) => {
    const nonsense = Buffer.from('GET / HTTP/1.1\r\n\r\n');
    if (who === 'daemon') daemon.peer.sendRaw(nonsense);
    const client = createConnection(proxy.path);
    client.on('error', () => {});
    if (who === 'client') client.write(nonsense);
    await until(() => (who === 'client' ? client.closed : !connection.isOpen));
    client.destroy();
    const next = await proxy.connect();
    expect(await next.getHostname()).toBe('host');
    await next.close();
  });

  it('freezes: the client notices the silence; and thaws', async () => {
    const patient = await proxy.connect({ keepalive: { intervalMs: 0 } });
    const watchful = await proxy.connect({ reconnect: false, keepalive: { intervalMs: 30, count: 2 } });
    proxy.freeze();
    const waiting = patient.getHostname();
    expect(await caught(watchful.getHostname())).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST' });
    await delay(10);
    proxy.thaw();
    expect(await waiting).toBe('host');
    await patient.close();
  });
});

describe('a recorded conversation', () => {
  it('is played by a fake daemon: answers in turn, errors, events and streams', async () => {
    const dom = { name: 'web', uuid: '00000000-0000-4000-8000-000000000001', id: 7 };
    let states = 0;
    daemon.on(procedures.domainGetState, () => ({ state: ++states, reason: 0 }));
    daemon.on(procedures.connectDomainEventCallbackRegisterAny, ({ peer }) => {
      setTimeout(
        () => peer.sendEvent('domainEventCallbackLifecycle', { callbackID: 4, msg: { dom, event: 2, detail: 0 } }),
        10,
      );
      return { callbackID: 4 };
    });
    daemon.onStream(procedures.domainScreenshot, ({ stream }) => {
      stream.send(Buffer.from('picture'));
      stream.end();
      return { mime: 'image/png' };
    });
    const talk = async (client: Connection): Promise<unknown[]> => {
      const events = client.domainEvents();
      const event = (await events.next()).value;
      const said = [
        await client.getHostname(),
        (await client.raw.domainGetState({ dom })).state,
        (await client.raw.domainGetState({ dom })).state,
        (await caught(client.getLibVersion())).message,
        event?.type,
      ];
      const { ret, stream } = await client.raw.domainScreenshot({ dom, screen: 0, flags: 0 });
      const chunk = await stream.receive();
      const picture = chunk?.type === 'data' ? Buffer.from(chunk.data).toString() : undefined;
      return [...said, ret.mime, picture, await stream.receive()];
    };
    const conversation = proxy.record();
    const recorded = await proxy.connect();
    const said = await talk(recorded);
    await recorded.close();
    expect(said).toContain('picture');

    const actor = (await FakeDaemon.start()).play(JSON.parse(JSON.stringify(conversation)) as typeof conversation);
    const played = await actor.connect();
    expect(await talk(played)).toEqual(said);
    expect((await played.raw.domainGetState({ dom: { ...dom, id: 8 } })).state).toBe(1);
    await played.close();
    await actor.stop();
  });
});
