import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, procedures, systemClock } from '../../src/index.ts';
import { FakeDaemon, silence } from '../../src/testing/fake-daemon.ts';
import { dialTcp, formatAddress } from '../../src/transport/dial-tcp.ts';
import { caught, until } from '../support/caught.ts';
import { type Front, tcpFront } from '../support/fronts.ts';

let daemon: FakeDaemon;
let front: Front;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  daemon.on(procedures.connectGetHostname, () => ({ hostname: 'far' }));
  front = await tcpFront(daemon);
});
afterEach(async () => {
  await front.close();
  await daemon.stop();
});

describe('TCP', () => {
  it.each(['127.0.0.1', 'localhost'])('reaches a daemon at %s', async (host) => {
    const opened: unknown[] = [];
    daemon.on(procedures.connectOpen, ({ args }) => void opened.push(args.name));
    const connection = await connect(`qemu+tcp://${host}:${front.port}/system?project=7`);
    expect(await connection.getHostname()).toBe('far');
    expect(opened).toEqual(['qemu:///system?project=7']);
    await connection.close();
  });

  it('reaches one by IPv6', async () => {
    const six = await tcpFront(daemon, '::1');
    const connection = await connect(`qemu+tcp://[::1]:${six.port}/system`);
    expect(await connection.getHostname()).toBe('far');
    await connection.close();
    await six.close();
  });

  it('carries answers of any size, many at once', async () => {
    const hostname = 'x'.repeat(3_000_000);
    daemon.on(procedures.connectGetHostname, () => ({ hostname }));
    const connection = await connect(`qemu+tcp://127.0.0.1:${front.port}/system`);
    const all = await Promise.all(Array.from({ length: 10 }, () => connection.getHostname()));
    expect(all.every((answer) => answer === hostname)).toBe(true);
    await connection.close();
  });

  it('says where nobody listens, and what to do about it', async () => {
    const { port } = front;
    await front.close();
    const error = await caught(connect(`qemu+tcp://127.0.0.1:${port}/system`));
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECT_FAILED', kind: 'unavailable', retryable: true });
    expect(error.message).toBe(
      `nobody listens at 127.0.0.1:${port}; is libvirtd --listen (or virtproxyd-tcp.socket) running there?`,
    );
  });

  it('says that there is no such host', async () => {
    const error = await caught(connect('qemu+tcp://no-such-host.invalid/system', { timeoutMs: 10_000 }));
    expect(error.code).toBe('LIBVIRT_CONNECT_FAILED');
    expect(error.message).toMatch(/there is no host "no-such-host.invalid"|can not be looked up/);
  });

  it('tries all addresses of a name, and says so when none answers', async () => {
    // localhost is ::1 and 127.0.0.1, and nobody listens at either
    const error = await caught(dialTcp({ host: 'localhost', port: 1 }, 'hint', systemClock));
    expect(error.message).toBe('nobody listens at localhost:1; hint');
  });

  it('says what else is wrong', async () => {
    const error = await caught(dialTcp({ host: '255.255.255.255', port: 1 }, 'hint', systemClock));
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECT_FAILED', kind: 'unavailable' });
    expect(error.message).toMatch(/^cannot connect to 255\.255\.255\.255:1: connect E\w+ .*; hint$/);
  });

  it('leaves no socket behind when the daemon is silent', async () => {
    daemon.on(procedures.authList, () => silence);
    const uri = `qemu+tcp://127.0.0.1:${front.port}/system`;
    expect(await caught(connect(uri, { timeoutMs: 50 }))).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
    await until(() => front.sockets.every(({ destroyed }) => destroyed));
  });

  it('is told of a connection that is reset in the middle of a call', async () => {
    daemon.on(procedures.connectGetHostname, () => {
      front.sockets[0]?.resetAndDestroy();
      return silence;
    });
    const connection = await connect(`qemu+tcp://127.0.0.1:${front.port}/system`, { reconnect: false });
    const error = await caught(connection.getHostname());
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST', retryable: true, outcomeUnknown: true });
    expect(error.message).toContain('ECONNRESET');
  });
});

describe('formatAddress', () => {
  it('puts IPv6 in brackets', () => {
    expect(formatAddress({ host: '::1', port: 1 })).toBe('[::1]:1');
    expect(formatAddress({ host: 'host', port: 1 })).toBe('host:1');
  });
});
