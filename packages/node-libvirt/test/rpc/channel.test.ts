import { Duplex, PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, connect, procedures } from '../../src/index.ts';
import { XdrWriter } from '../../src/xdr/writer.ts';
import { caught, delay, until } from '../support/caught.ts';
import { Failure, FakeDaemon, frame, silence } from '../../src/testing/fake-daemon.ts';

let server: FakeDaemon;
let connection: Connection;

beforeEach(async () => {
  server = await FakeDaemon.start();
  connection = await server.connect();
});

afterEach(async () => {
  await connection.close();
  await server.stop();
});

const vm = { name: 'vm', uuid: '00000000-0000-4000-8000-000000000001', id: 7 };

describe('calls in flight', () => {
  it('are matched to their answers by serial, in whatever order these come', async () => {
    const held: (() => void)[] = [];
    server.on(procedures.domainLookupByName, async ({ args }) => {
      await new Promise<void>((resolve) => held.push(resolve));
      return { dom: { ...vm, name: args.name } };
    });
    const names = Array.from({ length: 100 }, (_, index) => `vm-${index}`);
    const lookups = Promise.all(names.map((name) => connection.lookupDomainByName(name)));
    await until(() => held.length === 100);
    for (const answer of held.toReversed()) {
      answer();
      await Promise.resolve();
    }
    expect((await lookups).map(({ name }) => name)).toEqual(names);
  });

  it('each get their own error', async () => {
    server.on(procedures.domainLookupByName, ({ args }) =>
      args.name === 'bad' ? new Failure({ code: 42, message: 'no such domain' }) : { dom: vm },
    );
    const [good, bad] = await Promise.allSettled([
      connection.lookupDomainByName('good'),
      connection.lookupDomainByName('bad'),
    ]);
    expect(good.status).toBe('fulfilled');
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'LIBVIRT_NO_DOMAIN' } });
  });

  it('are answered also when frames arrive byte by byte or many in one piece', async () => {
    const answers: Buffer[] = [];
    server.on(procedures.connectGetHostname, ({ head }) => {
      const writer = new XdrWriter();
      writer.string(`host-${head.serial}`, 100);
      answers.push(frame({ ...head, type: 1 }, writer.toBuffer()));
      return silence;
    });
    const calls = Promise.all([connection.getHostname(), connection.getHostname(), connection.getHostname()]);
    await until(() => answers.length === 3);
    const bytes = Buffer.concat(answers);
    for (const byte of bytes.subarray(0, 60)) {
      server.peer.sendRaw(Uint8Array.of(byte));
      await delay(0);
    }
    server.peer.sendRaw(bytes.subarray(60));
    expect(await calls).toHaveLength(3);
  });
});

describe('an aborted call', () => {
  it('is not sent when the signal has fired before', async () => {
    const error = await caught(connection.getHostname({ signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: 'LIBVIRT_ABORTED', outcomeUnknown: false });
    await delay(10);
    expect(server.peer.calls).not.toContain('connectGetHostname');
  });
});

describe('a call with a timeout', () => {
  it.each([0, -1, Number.NaN])('refuses a timeout of %d ms', async (timeoutMs) => {
    expect(await caught(connection.getHostname({ timeoutMs }))).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
  });
});

describe('when the daemon goes away and the connection may not come back', () => {
  beforeEach(async () => {
    await connection.close();
    connection = await server.connect({ reconnect: false });
  });

  it('every call that waits rejects within a second, retryable, saying that the outcome is unknown', async () => {
    server.on(procedures.connectGetHostname, () => silence);
    const calls = Promise.all(Array.from({ length: 50 }, () => caught(connection.getHostname())));
    const peer = server.peers.at(-1);
    await until(() => peer?.calls.filter((name) => name === 'connectGetHostname').length === 50);
    const before = performance.now();
    peer?.socket.destroy();
    const errors = await calls;
    expect(performance.now() - before).toBeLessThan(1000);
    for (const error of errors) {
      expect(error).toMatchObject({
        code: 'LIBVIRT_CONNECTION_LOST',
        kind: 'unavailable',
        retryable: true,
        outcomeUnknown: true,
      });
      expect(error.message).toContain('the outcome is unknown');
    }
    expect(connection.isOpen).toBe(false);
    expect(await connection.closed).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST' });
  });

  it('a later call rejects at once and says that it was not sent', async () => {
    server.peers.at(-1)?.socket.destroy();
    await connection.closed;
    const error = await caught(connection.getHostname());
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST', outcomeUnknown: false, retryable: true });
  });
});

describe('a server that breaks the protocol', () => {
  const garbage = Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
  const lengthOf = (bytes: number): Buffer => {
    const word = Buffer.alloc(4);
    word.writeUInt32BE(bytes);
    return word;
  };
  it.each<[string, (serial: number) => Uint8Array]>([
    ['garbage', () => garbage],
    ['a length beyond all limits', () => lengthOf(0xffff_ffff)],
    ['a length just beyond the limit', () => lengthOf(33_554_432 + 5)],
    ['a length below a header', () => lengthOf(27)],
    ['an answer to a call that was not made', () => frame({ procedure: 59, serial: 4711 })],
    ['an answer of another procedure', (serial) => frame({ procedure: 60, serial })],
    ['an answer of another program', (serial) => frame({ program: 1, procedure: 59, serial })],
    ['an answer that ends too early', (serial) => frame({ procedure: 59, serial }, Uint8Array.of(0, 0, 0, 9))],
    [
      'a string longer than the message',
      (serial) => frame({ procedure: 59, serial }, Uint8Array.of(0, 0x3f, 0xff, 0xff, 65)),
    ],
    [
      'a string longer than allowed',
      (serial) => frame({ procedure: 59, serial }, Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 65)),
    ],
    [
      'an error report that makes no sense',
      (serial) => frame({ procedure: 59, serial, status: 1 }, Uint8Array.of(1, 2, 3)),
    ],
    ['an answer of unknown status', (serial) => frame({ procedure: 59, serial, status: 2 })],
    ['stream data that nobody asked for', (serial) => frame({ procedure: 59, serial, type: 3 })],
    ['an answer with file descriptors', (serial) => frame({ procedure: 59, serial, type: 5 })],
    ['a call of its own', (serial) => frame({ procedure: 59, serial, type: 0 })],
  ])('%s: the call fails with a retryable error and the connection is closed', async (_, bytes) => {
    server.on(procedures.connectGetHostname, ({ head, peer }) => {
      peer.sendRaw(bytes(head.serial));
      return silence;
    });
    const error = await caught(connection.getHostname({ timeoutMs: 2000 }));
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST', retryable: true, outcomeUnknown: true });
    expect(error.cause).toMatchObject({ code: 'LIBVIRT_PROTOCOL_ERROR' });
    expect(connection.isOpen).toBe(false);
    await until(() => server.peer.socket.destroyed || server.peer.socket.readableEnded);
  });

  it('half a frame and then the end: the call fails with a retryable error', async () => {
    server.on(procedures.connectGetHostname, ({ head, peer }) => {
      peer.socket.end(frame({ ...head, type: 1 }, Buffer.alloc(100)).subarray(0, 40));
      return silence;
    });
    expect(await caught(connection.getHostname({ timeoutMs: 2000 }))).toMatchObject({
      code: 'LIBVIRT_CONNECTION_LOST',
    });
  });

  it('half a frame and then silence: the timeout holds, and little memory is taken for what was announced', async () => {
    server.on(procedures.connectGetHostname, ({ peer }) => {
      peer.sendRaw(lengthOf(33_554_432));
      return silence;
    });
    const before = process.memoryUsage().arrayBuffers;
    expect(await caught(connection.getHostname({ timeoutMs: 100 }))).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
  });

  it('messages that nobody asked for are passed over', async () => {
    server.on(procedures.connectGetHostname, ({ peer }) => {
      peer.send({ program: 99, procedure: 1, type: 2 });
      peer.send({ procedure: 9999, type: 2 });
      peer.send({ procedure: 318, type: 2 }, Uint8Array.of(1));
      return { hostname: 'host' };
    });
    expect(await connection.getHostname()).toBe('host');
  });
});

describe('a call that can not be made', () => {
  it.each<[string, (c: Connection) => Promise<unknown>, string]>([
    ['a flag word out of range', (c) => c.raw.domainReset({ dom: vm, flags: -1 }), 'LIBVIRT_ARGUMENT_INVALID'],
    ['a UUID that is none', (c) => c.lookupDomainByUUID('vm'), 'LIBVIRT_ARGUMENT_INVALID'],
    ['an id that is no integer', (c) => c.lookupDomainByID(1.5), 'LIBVIRT_ARGUMENT_INVALID'],
    ['a name with a NUL', (c) => c.lookupDomainByName('a\0b'), 'LIBVIRT_ARGUMENT_INVALID'],
    ['a name of 5 MiB', (c) => c.lookupDomainByName('x'.repeat(5 * 1024 * 1024)), 'LIBVIRT_ARGUMENT_INVALID'],
    ['nothing for a name', (c) => c.lookupDomainByName(undefined as unknown as string), 'LIBVIRT_ARGUMENT_INVALID'],
    [
      'a stream where none is taken',
      (c) => c.call(procedures.domainOpenConsole, { dom: vm }),
      'LIBVIRT_ARGUMENT_INVALID',
    ],
    ['file descriptors', (c) => c.raw.domainOpenGraphics({ dom: vm, idx: 0 }), 'LIBVIRT_PROCEDURE_UNSUPPORTED'],
  ])('with %s rejects at once, and the connection goes on', async (_, call, code) => {
    server.on(procedures.connectGetType, () => ({ type: 'QEMU' }));
    expect(await caught(call(connection))).toMatchObject({ code, retryable: false });
    expect(await connection.getType()).toBe('QEMU');
  });
});

describe('very many calls', () => {
  it('that a daemon does not answer are refused before they fill the memory', async () => {
    server.on(procedures.connectGetHostname, () => silence);
    const single = await server.connect({ maxSockets: 1 });
    const waiting = Array.from({ length: 100_000 }, () => single.getHostname().catch(() => {}));
    const error = await caught(single.getHostname());
    expect(error).toMatchObject({
      code: 'LIBVIRT_TOO_MANY_CALLS',
      kind: 'throttled',
      retryable: true,
      outcomeUnknown: false,
    });
    server.peers[1]?.socket.destroy();
    await Promise.all(waiting);
  });

  it('may share one signal without a warning', async () => {
    server.on(procedures.connectGetHostname, () => ({ hostname: 'host' }));
    const warnings: Error[] = [];
    process.on('warning', (warning) => warnings.push(warning));
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 100 }, () => connection.getHostname({ signal })));
    await delay(10);
    expect(warnings).toEqual([]);
  });
});

describe('over a given stream', () => {
  it('talks the same protocol', async () => {
    const toClient = new PassThrough();
    const toServer = new PassThrough();
    toServer.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length; at += chunk.readUInt32BE(at)) {
        const procedure = chunk.readInt32BE(at + 12);
        const serial = chunk.readUInt32BE(at + 20);
        const writer = new XdrWriter();
        if (procedure === 66) writer.list([], 20);
        if (procedure === 59) writer.string('through a tunnel', 100);
        toClient.write(frame({ procedure, serial }, writer.toBuffer()));
      }
    });
    const stream = Duplex.from({ readable: toClient, writable: toServer });
    const tunnelled = await connect('qemu:///system', { stream });
    expect(await tunnelled.getHostname()).toBe('through a tunnel');
    await tunnelled.close();
    expect(stream.destroyed).toBe(true);
  });
});
