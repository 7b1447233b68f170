import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DigestLayer } from '../../src/auth/sasl/digest-layer.ts';
import { LayeredStream } from '../../src/transport/layered-stream.ts';
import { until } from '../support/caught.ts';

const key = Buffer.from('0123456789abcdef');
let server: Server;
let near: Socket;
let far: Socket;

beforeEach(async () => {
  const accepted = new Promise<Socket>((resolve) => (server = createServer(resolve)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  near = createConnection((server.address() as { port: number }).port);
  far = await accepted;
});
afterEach(() => {
  near.destroy();
  far.destroy();
  server.close();
});

function secured(inner: Socket, side: 'client' | 'server', maxPacketBytes: number = 65_536): LayeredStream {
  const stream = new LayeredStream(inner);
  stream.secure(new DigestLayer(key, maxPacketBytes, side));
  return stream;
}

describe('LayeredStream', () => {
  it('passes all through as it is until it is secured', async () => {
    const [client, other] = [new LayeredStream(near), new LayeredStream(far)];
    client.end('hello');
    expect(await text(other)).toBe('hello');
  });

  it('over a stream that broke before is broken for the same reason, and ends no process', async () => {
    const why = new Error('reset');
    near.on('error', () => {});
    near.destroy(why);
    await until(() => near.closed);
    const stream = new LayeredStream(near);
    await until(() => stream.closed);
    expect(stream.errored).toBe(why);
  });

  it('shows nothing of what goes over it once it is secured', async () => {
    const client = secured(near, 'client');
    const seen: Buffer[] = [];
    far.on('data', (chunk: Buffer) => seen.push(chunk));
    client.end('a very secret text');
    await until(() => far.readableEnded);
    expect(Buffer.concat(seen).toString('latin1')).not.toContain('secret');
    expect(Buffer.concat(seen).readUInt32BE()).toBe(18 + 16);
  });

  it.each([65_536, 100])('carries megabytes both ways in packets of %i bytes at most', async (maxPacketBytes) => {
    const client = secured(near, 'client', maxPacketBytes);
    const other = secured(far, 'server', maxPacketBytes);
    const sent = 'x1'.repeat(500_000);
    client.end(sent);
    other.end(sent.toUpperCase());
    const [there, back] = await Promise.all([text(other), text(client)]);
    expect(there === sent && back === sent.toUpperCase()).toBe(true);
  });

  it('takes packets however they are cut', async () => {
    const layer = new DigestLayer(key, 65_536, 'server');
    const client = secured(near, 'client');
    const bytes = Buffer.concat(
      ['one ', 'two ', '', 'three'].flatMap((word) => {
        const packet = layer.wrap(Buffer.from(word));
        const length = Buffer.alloc(4);
        length.writeUInt32BE(packet.length);
        return [length, packet];
      }),
    );
    const answer = text(client);
    far.setNoDelay(true);
    for (const byte of bytes) {
      far.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    far.end();
    expect(await answer).toBe('one two three');
  });

  it('waits for a reader that is slow, without keeping more than a little', async () => {
    const client = secured(near, 'client');
    const other = secured(far, 'server');
    let sent = 0;
    while (other.write(Buffer.alloc(65_536))) sent++;
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(client.readableLength).toBeLessThan(200_000);
    expect(sent).toBeLessThan(100);
  });

  it.each([
    ['changed', (packet: Buffer): Buffer => ((packet[6] = (packet[6] ?? 0) ^ 1), packet)],
    ['longer than agreed', (): Buffer => Buffer.of(0, 1, 0, 1)],
    ['of impossible length', (): Buffer => Buffer.of(0xff, 0xff, 0xff, 0xff)],
  ])('ends with an error when a packet is %s', async (_, damage) => {
    const packet = new DigestLayer(key, 65_536, 'server').wrap(Buffer.from('hello'));
    const client = secured(near, 'client');
    const failed = new Promise<Error>((resolve) => client.once('error', resolve));
    client.resume();
    far.write(damage(Buffer.concat([Buffer.of(0, 0, 0, packet.length), packet])));
    expect((await failed).message).toMatch(/changed on its way|bytes; 65536 are agreed/);
    expect(near.destroyed).toBe(true);
  });

  it('ends when the stream beneath it does, and ends it', async () => {
    const client = new LayeredStream(near).resume();
    far.destroy();
    await until(() => client.destroyed);
    const other = new LayeredStream(far);
    other.destroy();
    expect(far.destroyed).toBe(true);
  });

  it('passes on what broke beneath it, and keeps the process alive only as asked', async () => {
    const client = new LayeredStream(near);
    client.unref();
    client.ref();
    const failed = new Promise<Error>((resolve) => client.once('error', resolve));
    near.destroy(new Error('broken'));
    expect((await failed).message).toBe('broken');
  });
});
