import { createConnection } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, procedures } from '../../src/index.ts';
import { FakeDaemon, frame } from '../../src/testing/fake-daemon.ts';
import { caught, until } from '../support/caught.ts';

let daemon: FakeDaemon;
let connection: Connection;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  daemon.on(procedures.connectGetHostname, () => ({ hostname: 'host' }));
  connection = await daemon.connect();
});
afterEach(async () => {
  await connection.close();
  await daemon.stop();
});

describe('FakeDaemon', () => {
  it.each([
    ['throws', (): never => raise(new Error('oops'))],
    ['rejects', (): Promise<never> => Promise.reject(new Error('oops'))],
    ['throws what is no Error', (): never => raise('oops')],
  ])('tells the client when a handler %s, and goes on', async (_, handler) => {
    daemon.on(procedures.connectGetType, handler);
    const error = await caught(connection.getType({ timeoutMs: 1000 }));
    expect(error).toMatchObject({ code: 'LIBVIRT_INTERNAL_ERROR', libvirtCode: 1, message: 'oops' });
    expect(await connection.getHostname()).toBe('host');
  });

  it('tells the client when an answer does not fit its procedure', async () => {
    daemon.on(procedures.connectGetType, () => ({}) as { type: string });
    expect(await caught(connection.getType({ timeoutMs: 1000 }))).toMatchObject({ libvirtCode: 1 });
    expect(await connection.getHostname()).toBe('host');
  });

  it('tells the client when the handler of a stream throws after it has sent something', async () => {
    daemon.onStream(procedures.domainScreenshot, ({ stream }) => {
      stream.send(Buffer.from('half a picture'));
      throw new Error('no screen');
    });
    const dom = { name: 'web', uuid: '00000000-0000-4000-8000-000000000001', id: 7 };
    const opening = connection.raw.domainScreenshot({ dom, screen: 0, flags: 0 }, { timeoutMs: 1000 });
    expect(await caught(opening)).toMatchObject({ message: 'no screen' });
  });

  it.each([
    ['no frame', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a frame that is too long', Buffer.alloc(28, 0xff)],
  ])('cuts a client that sends %s, and serves the others', async (_, bytes) => {
    const client = createConnection(daemon.path);
    client.on('error', () => {});
    client.write(bytes);
    await until(() => client.closed);
    expect(await connection.getHostname()).toBe('host');
  });

  it('reports arguments that can not be read', async () => {
    const client = createConnection(daemon.path);
    const answer = new Promise<Buffer>((resolve) => client.once('data', resolve));
    const { program, number } = procedures.connectOpen;
    client.write(frame({ program, procedure: number, type: 0, serial: 1 }, Buffer.alloc(4, 0xff)));
    expect((await answer).readUInt32BE(24)).toBe(1);
    client.destroy();
  });
});

function raise(thrown: unknown): never {
  throw thrown;
}
