import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { Duplex } from 'node:stream';
import { bridgeWebSocket, type BridgeOptions, type BridgeStream } from '@novacron/hypervisor';
import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer, type RawData } from 'ws';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A viewer whose WebSocket is bridged to a stream. */
async function viewerOf(stream: BridgeStream, options?: BridgeOptions) {
  const server = new WebSocketServer({ port: 0 });
  cleanups.push(() => server.close());
  await once(server, 'listening');
  const bridged = new Promise<void>((resolve) => {
    server.on('connection', (socket) => void bridgeWebSocket(socket, stream, options).then(resolve));
  });
  const viewer = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  cleanups.push(() => viewer.terminate());
  let text = '';
  viewer.on('message', (data: RawData) => (text += (data as Buffer).toString()));
  const closed = new Promise<number>((resolve) => void viewer.on('close', resolve));
  await once(viewer, 'open');
  return { viewer, closed, bridged, seen: () => text };
}

async function consoleOfMachine() {
  const hypervisor = createMemoryHypervisor({ latenciesMs: { start: [0, 1] } });
  cleanups.push(() => hypervisor.close());
  await hypervisor.vms.create({ name: 'web-1' }, { start: true });
  return hypervisor.vms.openConsole('web-1');
}

/** Something that listens as a screen's server does. */
async function tcpServer(serve: (socket: Duplex) => void): Promise<Duplex> {
  const server: Server = createServer(serve);
  cleanups.push(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return connect((server.address() as AddressInfo).port, '127.0.0.1');
}

describe('bridgeWebSocket', () => {
  it('carries bytes and text to a console, and what it writes back', async () => {
    const { viewer, seen, closed, bridged } = await viewerOf(await consoleOfMachine());
    viewer.send('ls ');
    viewer.send(new TextEncoder().encode('-l\n'));
    await expect.poll(seen).toBe('ls -l\n');
    viewer.close();
    expect(await closed).toBe(1005); // the viewer gave no code
    await bridged;
  });

  it('carries what a screen’s server says, much of it, and ends with it', async () => {
    const socket = await tcpServer((peer) => {
      peer.write('RFB 003.008\n');
      peer.once('data', () => peer.end('x'.repeat(3_000_000)));
    });
    const { viewer, seen, closed, bridged } = await viewerOf(Duplex.toWeb(socket), { limitBytes: 100_000 });
    await expect.poll(seen).toBe('RFB 003.008\n');
    viewer.send('RFB 003.008\n');
    expect(await closed).toBe(1000);
    expect(seen()).toHaveLength(12 + 3_000_000);
    await bridged;
  });

  it('lets go of the console when the viewer goes, so that the next one gets it', async () => {
    const opened = await consoleOfMachine();
    const { viewer, bridged } = await viewerOf(opened);
    viewer.terminate();
    await bridged;
    const written = opened.writable.getWriter().write(new Uint8Array(1));
    expect(
      await written.then(
        () => 'written',
        () => 'refused',
      ),
    ).toBe('refused');
  });

  it('ends with its signal, before and after it began', async () => {
    const stop = new AbortController();
    const { closed, bridged } = await viewerOf(await consoleOfMachine(), { signal: stop.signal });
    stop.abort();
    expect(await closed).toBe(1001);
    await bridged;
    const late = await viewerOf(await consoleOfMachine(), { signal: AbortSignal.abort() });
    expect(await late.closed).toBe(1001);
    await late.bridged;
  });

  it('says when the stream fails', async () => {
    const failing: BridgeStream = {
      readable: new ReadableStream({ start: (controller) => controller.error(new Error('secret path')) }),
      writable: new WritableStream(),
    };
    const { closed, bridged } = await viewerOf(failing);
    expect(await closed).toBe(1011);
    await bridged;
  });

  it('ends when a viewer sends more than the machine reads', async () => {
    const stuck: BridgeStream = {
      readable: new ReadableStream<Uint8Array>(),
      writable: new WritableStream({ write: () => new Promise(() => {}) }),
    };
    const { viewer, closed, bridged } = await viewerOf(stuck, { limitBytes: 10_000 });
    for (let i = 0; i < 20; i++) viewer.send(new Uint8Array(1_000));
    expect(await closed).toBe(1009);
    await bridged;
  });
});
