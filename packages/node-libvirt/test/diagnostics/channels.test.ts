import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, diagnosticChannels, procedures } from '../../src/index.ts';
import { Failure, FakeDaemon, silence } from '../../src/testing/fake-daemon.ts';
import { caught, until } from '../support/caught.ts';

type Kind = keyof typeof diagnosticChannels;

const web = { name: 'web', uuid: '00000000-0000-4000-8000-000000000001', id: 7 };
let daemon: FakeDaemon;
let connection: Connection;
let told: { kind: Kind; message: Record<string, unknown> }[];
const listeners = new Map<Kind, (message: unknown) => void>();

beforeEach(async () => {
  told = [];
  for (const kind of ['call', 'reply', 'event', 'state'] as const) {
    const listener = (message: unknown): void => void told.push({ kind, message: message as Record<string, unknown> });
    listeners.set(kind, listener);
    diagnosticChannels[kind].subscribe(listener);
  }
  daemon = await FakeDaemon.start();
  connection = await daemon.connect();
});

afterEach(async () => {
  for (const [kind, listener] of listeners) diagnosticChannels[kind].unsubscribe(listener);
  await connection.close();
  await daemon.stop();
});

const of = (kind: Kind): Record<string, unknown>[] => told.filter((entry) => entry.kind === kind).map((e) => e.message);

describe('diagnostics', () => {
  it('tell of each call and its answer, with the same serial and socket, the time it took and the error', async () => {
    daemon.on(procedures.connectGetHostname, () => ({ hostname: 'host' }));
    daemon.on(procedures.domainLookupByName, () => new Failure({ code: 42, message: 'no domain' }));
    told.length = 0;
    await connection.getHostname();
    await caught(connection.lookupDomainByName('web'));
    const [first, second] = of('call');
    expect(first).toMatchObject({ procedure: 'connectGetHostname', uri: daemon.uri() });
    expect(of('reply')).toEqual([
      { ...first, durationMs: expect.any(Number) as number, errorCode: undefined },
      { ...second, durationMs: expect.any(Number) as number, errorCode: 'LIBVIRT_NO_DOMAIN' },
    ]);
  });

  it('tell of calls that got no answer', async () => {
    daemon.on(procedures.connectGetHostname, () => silence);
    await caught(connection.getHostname({ timeoutMs: 5 }));
    const waiting = caught(connection.getHostname());
    await until(() => daemon.peer.calls.filter((name) => name === 'connectGetHostname').length === 2);
    daemon.peer.socket.destroy();
    await waiting;
    const codes = of('reply').map(({ errorCode }) => errorCode);
    expect(codes.slice(-2)).toEqual(['LIBVIRT_TIMEOUT', 'LIBVIRT_CONNECTION_LOST']);
    await until(() => of('state').length === 1);
    expect(of('state')).toEqual([
      { uri: daemon.uri(), state: 'disconnected', attempts: 0, errorCode: 'LIBVIRT_CONNECTION_LOST' },
    ]);
  });

  it('tell of events', async () => {
    daemon.on(procedures.connectDomainEventCallbackRegisterAny, () => ({ callbackID: 1 }));
    const events = connection.domainEvents();
    await events.ready;
    daemon.peer.sendEvent('domainEventCallbackLifecycle', { callbackID: 1, msg: { dom: web, event: 2, detail: 0 } });
    await events.next();
    expect(of('event')).toMatchObject([{ program: 0x20008086, procedure: 318 }]);
  });

  it('hold no argument and no answer', async () => {
    const secret = 'c29tZSBzZWNyZXQ=';
    daemon.on(procedures.secretSetValue, () => undefined);
    daemon.on(procedures.connectGetHostname, () => ({ hostname: secret }));
    await connection.raw.secretSetValue({
      secret: { uuid: web.uuid, usageType: 0, usageID: '' },
      value: new Uint8Array(Buffer.from(secret)),
      flags: 0,
    });
    await connection.getHostname();
    expect(JSON.stringify(told)).not.toContain(secret);
    expect(told.every(({ message }) => Object.keys(message).length <= 6)).toBe(true);
  });
});
