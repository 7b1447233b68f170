import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, constants, procedures } from '../../src/index.ts';
import type { LibvirtStream } from '../../src/stream/libvirt-stream.ts';
import { Failure, FakeDaemon, silence, type StreamCall } from '../../src/testing/fake-daemon.ts';
import type { FakeStream } from '../../src/testing/fake-stream.ts';
import { caught, deferred, delay, until } from '../support/caught.ts';

const vol = { pool: 'default', name: 'disk', key: '/disk' };
const range = { vol, offset: 0, length: 0, flags: 0 };
const dom = { name: 'vm', uuid: '00000000-0000-4000-8000-000000000001', id: 7 };
const consoleOf = { dom, devName: undefined, flags: 0 };

let daemon: FakeDaemon;
let connection: Connection;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  connection = await daemon.connect();
});

afterEach(async () => {
  await connection.close();
  await daemon.stop();
});

/** A download that the daemon serves as told. */
async function download(serve: (stream: FakeStream) => void): Promise<LibvirtStream> {
  daemon.onStream(procedures.storageVolDownload, ({ stream }) => serve(stream));
  return (await connection.raw.storageVolDownload(range)).stream;
}

/** An upload, from both sides. */
async function upload(): Promise<{ here: LibvirtStream; there: FakeStream }> {
  const opened = deferred<FakeStream>();
  daemon.onStream(procedures.storageVolUpload, ({ stream }) => opened.resolve(stream));
  const { stream } = await connection.raw.storageVolUpload(range);
  return { here: stream, there: await opened.promise };
}

describe('receiving', () => {
  it('gives bytes and holes in order, and ends when the daemon has confirmed the end', async () => {
    let served: FakeStream | undefined;
    const stream = await download((there) => {
      served = there;
      there.send(Buffer.from('head'));
      there.sendHole(10_485_760);
      there.send(Buffer.from('tail'));
      there.end();
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks).toEqual([
      { type: 'data', data: new Uint8Array(Buffer.from('head')) },
      { type: 'hole', lengthBytes: 10_485_760 },
      { type: 'data', data: new Uint8Array(Buffer.from('tail')) },
    ]);
    expect(await served?.ended).toBe('finished');
    expect(await stream.receive()).toBeUndefined();
  });

  it('gives holes as zeros in the web stream and in the Duplex', async () => {
    const serve = (there: FakeStream): void => {
      there.send(Buffer.from('a'));
      there.sendHole(200_000);
      there.send(Buffer.from('z'));
      there.end();
    };
    const expected = Buffer.concat([Buffer.from('a'), Buffer.alloc(200_000), Buffer.from('z')]);
    expect((await buffer((await download(serve)).readable)).equals(expected)).toBe(true);
    expect((await buffer((await download(serve)).toDuplex())).equals(expected)).toBe(true);
  });

  it('serves several who wait in their order', async () => {
    const stream = await download((there) => {
      setTimeout(() => {
        for (const word of ['one', 'two', 'three']) there.send(Buffer.from(word));
        there.end();
      }, 20);
    });
    const words = await Promise.all([stream.receive(), stream.receive(), stream.receive(), stream.receive()]);
    expect(words.map((word) => word?.type === 'data' && Buffer.from(word.data).toString())).toEqual([
      'one',
      'two',
      'three',
      false,
    ]);
  });

  it('makes the daemon wait for a slow reader, and other calls do not notice', async () => {
    daemon.on(procedures.connectGetHostname, () => ({ hostname: 'host' }));
    let sent = 0;
    const total = 400;
    const stream = await download((there) => {
      void (async () => {
        await delay(5); // the answer goes first
        const peer = daemon.peers[1];
        for (; sent < total; sent++) {
          there.send(new Uint8Array(262_120));
          if (peer?.socket.writableNeedDrain === true)
            await new Promise((resolve) => peer.socket.once('drain', resolve));
        }
        there.end();
      })();
    });
    await delay(150);
    const before = sent;
    expect(before).toBeLessThan(total / 2);
    expect(await connection.getHostname({ timeoutMs: 1000 })).toBe('host');
    let received = 0;
    for await (const chunk of stream) received += chunk.type === 'data' ? chunk.data.length : 0;
    expect(received).toBe(total * 262_120);
  });

  it('rejects with what the daemon reports in the middle, after what came before it', async () => {
    const stream = await download((there) => {
      there.send(Buffer.from('some'));
      there.fail(new Failure({ code: 38, message: 'cannot read: Input/output error', int1: 5 }).report);
    });
    await delay(20);
    const error = await caught(buffer(stream.readable));
    expect(error).toMatchObject({ code: 'LIBVIRT_SYSTEM_ERROR', int1: 5, procedure: 'storageVolDownload' });
    expect(await caught(stream.receive())).toBe(error);
  });

  it('stops waiting at a deadline without losing what comes later', async () => {
    const { promise, resolve } = deferred<FakeStream>();
    const stream = await download(resolve);
    expect(await caught(stream.receive({ timeoutMs: 10 }))).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
    (await promise).send(Buffer.from('late'));
    expect(await stream.receive({ timeoutMs: 1000 })).toEqual({
      type: 'data',
      data: new Uint8Array(Buffer.from('late')),
    });
  });
});

describe('sending', () => {
  it('cuts bytes into messages that every daemon takes, and finishes when the daemon has confirmed', async () => {
    const { here, there } = await upload();
    const data = Buffer.alloc(1_000_000, 'libvirt');
    await here.send(data);
    await here.sendHole(4096);
    await here.finish();
    expect(there.content.equals(Buffer.concat([data, Buffer.alloc(4096)]))).toBe(true);
    expect(Math.max(...there.received.map((chunk) => (chunk.type === 'data' ? chunk.data.length : 0)))).toBe(262_120);
    expect(await there.ended).toBe('finished');
  });

  it('takes a web stream and a Node.js stream', async () => {
    const words = ['to ', 'be ', 'sent'].map((word) => new Uint8Array(Buffer.from(word)));
    const first = await upload();
    await (Readable.toWeb(Readable.from(words)) as ReadableStream<Uint8Array>).pipeTo(first.here.writable);
    expect(first.there.content.toString()).toBe('to be sent');
    const second = await upload();
    await pipeline(Readable.from(words), second.here.toDuplex());
    expect(second.there.content.toString()).toBe('to be sent');
    expect(await second.there.ended).toBe('finished');
  });

  it('tells at finish that the disk was full, and ever after', async () => {
    const { here, there } = await upload();
    there.answersEnding = false;
    await here.send(Buffer.from('data'));
    const finishing = caught(here.finish());
    await there.ended;
    there.fail(new Failure({ code: 38, message: 'cannot write: No space left on device', int1: 28 }).report);
    expect(await finishing).toMatchObject({ code: 'LIBVIRT_SYSTEM_ERROR', kind: 'capacity' });
    expect(await caught(here.send(Buffer.from('more')))).toMatchObject({ kind: 'capacity' });
    expect(here.isOpen).toBe(false);
  });

  it('refuses bytes after the end, and holes without a length', async () => {
    const { here } = await upload();
    for (const length of [0, -1, 1.5, Number.NaN]) {
      expect(await caught(here.sendHole(length))).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
    }
    await here.finish();
    await here.finish();
    expect(await caught(here.send(Buffer.from('x')))).toMatchObject({ code: 'LIBVIRT_STREAM_ENDED' });
  });
});

describe('breaking off', () => {
  it('tells the daemon and whoever waits', async () => {
    const { here, there } = await upload();
    const waiting = caught(here.receive());
    await here.abort('enough');
    expect(await there.ended).toBe('aborted');
    expect(await waiting).toMatchObject({ code: 'LIBVIRT_ABORTED', kind: 'aborted', cause: 'enough' });
    await here.abort();
  });

  it('happens when the signal fires, when a loop is left early and when the web stream is cancelled', async () => {
    const controller = new AbortController();
    const streams: FakeStream[] = [];
    daemon.onStream(procedures.domainOpenConsole, ({ stream }: StreamCall<unknown>) => {
      streams.push(stream);
      stream.send(Buffer.from('login: '));
    });
    const bySignal = (await connection.raw.domainOpenConsole(consoleOf, { signal: controller.signal })).stream;
    await bySignal.receive();
    controller.abort();
    expect(await caught(bySignal.receive())).toMatchObject({ code: 'LIBVIRT_ABORTED' });

    for await (const _chunk of (await connection.raw.domainOpenConsole(consoleOf)).stream) break;
    await (await connection.raw.domainOpenConsole(consoleOf)).stream.readable.cancel();
    expect(await Promise.all(streams.map((stream) => stream.ended))).toEqual(['aborted', 'aborted', 'aborted']);
  });

  it('does not wait for ever for a daemon that is mute', async () => {
    const { here, there } = await upload();
    there.answersEnding = false;
    const start = performance.now();
    await here.abort();
    expect(performance.now() - start).toBeLessThan(3000);
  });

  it('leaves no socket behind, however a stream ended', async () => {
    const first = await upload();
    await first.here.finish();
    const second = await upload();
    await second.here.abort();
    await until(() => daemon.peers.slice(1).every(({ socket }) => socket.destroyed));
    expect(daemon.peer.socket.destroyed).toBe(false);
  });
});

describe('a deadline or signal that has passed already', () => {
  it('does no work, and leaves no rejection behind', async () => {
    const { here, there } = await upload();
    const signal = AbortSignal.abort();
    expect(await caught(here.send(Buffer.from('x'), { signal }))).toMatchObject({ code: 'LIBVIRT_ABORTED' });
    expect(await caught(here.finish({ timeoutMs: -1 }))).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
    expect(here.isOpen).toBe(true);
    await here.send(Buffer.from('y'));
    await here.finish();
    expect(there.content.toString()).toBe('y');
  });

  it('that fires during an abort changes nothing', async () => {
    const controller = new AbortController();
    daemon.onStream(procedures.domainOpenConsole, ({ stream }) => {
      stream.answersEnding = false;
    });
    const { stream } = await connection.raw.domainOpenConsole(consoleOf, { signal: controller.signal });
    const leaving = stream.abort();
    controller.abort();
    await leaving;
    await stream.abort();
  });
});

describe('on the only socket', () => {
  it('data that comes late, after a mute daemon was given up, is dropped, and the connection lives', async () => {
    const single = await daemon.connect({ maxSockets: 1 });
    daemon.on(procedures.connectGetHostname, () => ({ hostname: 'host' }));
    let there: FakeStream | undefined;
    daemon.onStream(procedures.domainOpenConsole, ({ stream }) => {
      there = stream;
      stream.answersEnding = false;
    });
    const { stream } = await single.raw.domainOpenConsole(consoleOf);
    await stream.abort();
    there?.send(Buffer.from('late'));
    expect(await single.getHostname()).toBe('host');
    await single.close();
  });

  it('a reader may make calls, however much waits for it', async () => {
    const single = await daemon.connect({ maxSockets: 1 });
    daemon.on(procedures.connectGetHostname, () => ({ hostname: 'host' }));
    daemon.onStream(procedures.storageVolDownload, ({ stream }) => {
      for (let piece = 0; piece < 20; piece++) stream.send(new Uint8Array(262_120));
      stream.end();
    });
    let pieces = 0;
    for await (const chunk of (await single.raw.storageVolDownload(range)).stream) {
      if (chunk.type === 'data') pieces++;
      expect(await single.getHostname({ timeoutMs: 1000 })).toBe('host');
    }
    expect(pieces).toBe(20);
    await single.close();
  });

  it('leaves no listener on a signal', async () => {
    const controller = new AbortController();
    daemon.onStream(procedures.domainOpenConsole, ({ stream }) => {
      stream.fail(new Failure({ code: 1, message: 'gone' }).report);
    });
    for (let round = 0; round < 5; round++) {
      const { stream } = await connection.raw.domainOpenConsole(consoleOf, { signal: controller.signal });
      await caught(stream.receive());
    }
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });
});

describe('opening', () => {
  it('keeps data that the daemon sends before its answer', async () => {
    daemon.onStream(procedures.domainOpenConsole, async ({ head, peer }) => {
      peer.send({ ...head, type: 3, status: 2 }, Buffer.from('early'));
      await delay(10);
    });
    const { stream } = await connection.raw.domainOpenConsole(consoleOf);
    expect(await stream.receive()).toEqual({ type: 'data', data: new Uint8Array(Buffer.from('early')) });
  });

  it('drops what comes early for somebody who waits no more, and tells the daemon', async () => {
    const single = await daemon.connect({ maxSockets: 1 });
    let there: FakeStream | undefined;
    daemon.on(procedures.connectGetHostname, () => ({ hostname: 'host' }));
    daemon.onStream(procedures.domainOpenConsole, async ({ head, peer, stream }) => {
      there = stream;
      await delay(30);
      for (let piece = 0; piece < 20; piece++) peer.send({ ...head, type: 3, status: 2 }, new Uint8Array(200_000));
      await delay(10);
    });
    const error = await caught(single.raw.domainOpenConsole(consoleOf, { timeoutMs: 10 }));
    expect(error).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
    await delay(60);
    expect(await single.getHostname({ timeoutMs: 1000 })).toBe('host');
    expect(await there?.ended).toBe('aborted');
    await single.close();
  });

  it('rejects with what the daemon reports', async () => {
    daemon.onStream(procedures.domainOpenConsole, () => new Failure({ code: 9, message: 'Active console session' }));
    const error = await caught(connection.raw.domainOpenConsole(consoleOf));
    expect(error).toMatchObject({ libvirtCode: constants.VIR_ERR_OPERATION_FAILED });
  });

  it('gives the answer of the call beside the stream', async () => {
    daemon.onStream(procedures.domainScreenshot, ({ stream }) => {
      stream.end();
      return { mime: 'image/png' };
    });
    const { ret } = await connection.raw.domainScreenshot({ dom, screen: 0, flags: 0 });
    expect(ret).toEqual({ mime: 'image/png' });
  });

  it('ends within its deadline, and a stream that opens too late is broken off', async () => {
    daemon.onStream(procedures.domainOpenConsole, () => silence);
    const error = await caught(connection.raw.domainOpenConsole(consoleOf, { timeoutMs: 20 }));
    expect(error).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
    const signal = AbortSignal.abort();
    expect(await caught(connection.raw.domainOpenConsole(consoleOf, { signal }))).toMatchObject({
      code: 'LIBVIRT_ABORTED',
    });
  });

  it('shares the only socket where there may be no other', async () => {
    const single = await daemon.connect({ maxSockets: 1 });
    daemon.on(procedures.connectGetHostname, () => ({ hostname: 'host' }));
    const late = deferred<void>();
    daemon.onStream(procedures.storageVolDownload, async ({ stream }) => {
      await late.promise;
      stream.send(Buffer.from('data'));
      stream.end();
    });
    const abandoned = caught(single.raw.storageVolDownload(range, { timeoutMs: 10 }));
    expect(await abandoned).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
    late.resolve();
    const { stream } = await single.raw.storageVolDownload(range);
    expect(await single.getHostname()).toBe('host');
    expect((await buffer(stream.readable)).toString()).toBe('data');
    expect(daemon.peers.length).toBe(2);
    await single.close();
  });

  it('fails when the connection is lost, in all that waits', async () => {
    const { here } = await upload();
    const waiting = caught(here.receive());
    for (const { socket } of daemon.peers) socket.destroy();
    expect(await waiting).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST', retryable: true, outcomeUnknown: true });
    expect(await caught(here.finish())).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST' });
  });

  it('is refused for a closed connection', async () => {
    await connection.close();
    expect(await caught(connection.raw.storageVolDownload(range))).toMatchObject({
      code: 'LIBVIRT_CONNECTION_CLOSED',
    });
  });
});
