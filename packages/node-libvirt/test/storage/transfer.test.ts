import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Connection, procedures, StorageVolume } from '../../src/index.ts';
import { Failure, FakeDaemon, type FakeStream, type StreamCall } from '../../src/testing/index.ts';
import { caught, deferred, delay } from '../support/caught.ts';

const mebibyte = 1024 * 1024;
const vol = { pool: 'default', name: 'disk', key: '/disk' };

let folder: string;
let daemon: FakeDaemon;
let connection: Connection;
let volume: StorageVolume;
let stream: FakeStream;
let asked: Record<string, unknown>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'transfer-'));
  daemon = await FakeDaemon.start();
  daemon.onStream(procedures.storageVolUpload, (call) => {
    stream = call.stream;
    asked = call.args as unknown as Record<string, unknown>;
  });
  connection = await daemon.connect();
  volume = new StorageVolume(connection.raw, vol);
});

afterEach(async () => {
  await connection.close();
  await daemon.stop();
  rmSync(folder, { recursive: true, force: true });
});

function serveDownload(serve: (there: FakeStream) => void): void {
  daemon.onStream(procedures.storageVolDownload, (call: StreamCall<unknown>) => {
    asked = call.args as Record<string, unknown>;
    stream = call.stream;
    serve(call.stream);
  });
}

describe('uploadFrom', () => {
  it('sends a file whole and tells how far it has come', async () => {
    const data = randomBytes(2 * mebibyte + 17);
    writeFileSync(join(folder, 'disk.img'), data);
    const moved: number[] = [];
    await volume.uploadFrom(join(folder, 'disk.img'), { onProgress: ({ movedBytes }) => moved.push(movedBytes) });
    expect(stream.content.equals(data)).toBe(true);
    expect(moved).toEqual([mebibyte, 2 * mebibyte, 2 * mebibyte + 17]);
    expect(asked).toMatchObject({ vol, offset: 0, length: 0, flags: 0 });
  });

  it('sends zeros as holes when asked to, into the part that was named', async () => {
    const data = Buffer.alloc(mebibyte);
    data.write('end', mebibyte - 3);
    await volume.uploadFrom([data], { sparse: true, offsetBytes: 512, lengthBytes: mebibyte });
    expect(stream.received.map(({ type }) => type)).toEqual(['hole', 'data']);
    expect(stream.content.equals(data)).toBe(true);
    expect(asked).toMatchObject({ offset: 512, length: mebibyte, flags: 1 });
  });

  it('breaks off when the source fails, and rejects with its error', async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('some');
      await Promise.resolve();
      throw new Error('the source broke');
    }
    await expect(volume.uploadFrom(source())).rejects.toThrow('the source broke');
    expect(await stream.ended).toBe('aborted');
    await expect(volume.uploadFrom(join(folder, 'missing'))).rejects.toThrow('ENOENT');
  });

  it('rejects with what the daemon says of it', async () => {
    daemon.onStream(procedures.storageVolUpload, (call) => {
      call.stream.fail(new Failure({ code: 38, message: 'No space left on device', int1: 28 }).report);
    });
    const error = await caught(volume.uploadFrom([randomBytes(100)]));
    expect(error).toMatchObject({ kind: 'capacity', procedure: 'storageVolUpload' });
  });

  describe('from a source that gives nothing more', () => {
    let asksForMore: Promise<void>;
    let source: AsyncGenerator<Uint8Array>;
    beforeEach(() => {
      const stuck = deferred<void>();
      asksForMore = stuck.promise;
      source = (async function* () {
        yield Buffer.from('some');
        stuck.resolve();
        await new Promise(() => {});
      })();
    });

    it('stops when the daemon breaks off', async () => {
      const upload = caught(volume.uploadFrom(source));
      await asksForMore;
      stream.fail(new Failure({ code: 38, message: 'No space left on device', int1: 28 }).report);
      expect(await upload).toMatchObject({ kind: 'capacity' });
    });

    it('stops when the daemon ends the stream before its time', async () => {
      const upload = caught(volume.uploadFrom(source));
      await asksForMore;
      stream.confirm();
      expect(await upload).toMatchObject({ code: 'LIBVIRT_STREAM_ENDED' });
    });

    it('stops when the connection is closed', async () => {
      const upload = caught(volume.uploadFrom(source));
      await asksForMore;
      await connection.close();
      expect(await upload).toMatchObject({ code: 'LIBVIRT_CONNECTION_CLOSED' });
    });
  });

  it('lets go of a source that it did not read to its end', async () => {
    let released = false;
    function* source(): Generator<Uint8Array> {
      try {
        for (;;) yield Buffer.from('more');
      } finally {
        released = true;
      }
    }
    const onProgress = (): never => {
      throw new Error('enough');
    };
    await expect(volume.uploadFrom(source(), { onProgress })).rejects.toThrow('enough');
    expect(released).toBe(true);
    expect(await stream.ended).toBe('aborted');
  });

  it('is opened within timeoutMs, and may take longer', async () => {
    async function* slow(): AsyncGenerator<Uint8Array> {
      await delay(120);
      yield Buffer.from('late');
    }
    await volume.uploadFrom(slow(), { timeoutMs: 60 });
    expect(stream.content.toString()).toBe('late');
  });

  it('stops when its signal fires', async () => {
    const controller = new AbortController();
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (let piece = 0; ; piece++) {
        if (piece === 3) controller.abort();
        yield randomBytes(1000);
        await Promise.resolve();
      }
    }
    const error = await caught(volume.uploadFrom(endless(), { signal: controller.signal }));
    expect(error).toMatchObject({ code: 'LIBVIRT_ABORTED' });
  });
});

describe('downloadTo', () => {
  it('writes what comes, holes as holes, also at the end', async () => {
    serveDownload((there) => {
      there.send(Buffer.from('head'));
      there.sendHole(64 * mebibyte);
      there.send(Buffer.from('tail'));
      there.sendHole(64 * mebibyte);
      there.end();
    });
    const path = join(folder, 'copy.img');
    let moved = 0;
    const options = { sparse: true, onProgress: (progress: { movedBytes: number }) => (moved = progress.movedBytes) };
    const total = 128 * mebibyte + 8;
    expect(await volume.downloadTo(path, options)).toBe(total);
    expect(moved).toBe(total);
    expect(asked).toMatchObject({ flags: 1 });
    const { size, blocks } = statSync(path);
    expect(size).toBe(total);
    expect(blocks * 512).toBeLessThan(mebibyte);
    const content = readFileSync(path);
    expect(content.subarray(0, 4).toString()).toBe('head');
    expect(content.subarray(64 * mebibyte + 4, 64 * mebibyte + 8).toString()).toBe('tail');
  });

  describe('to a disk that takes less than it is given', () => {
    afterEach(() => void vi.restoreAllMocks());

    /** Lets real writes be as short as a kernel may make them, until the disk is full. */
    async function limitWrites(bytesAtOnce: number, bytesInAll: number): Promise<void> {
      const file = await open(join(folder, 'any'), 'w');
      const prototype = Object.getPrototypeOf(file) as FileHandle;
      await file.close();
      const real = Reflect.get(prototype, 'write') as (
        this: FileHandle,
        data: Uint8Array,
        offset: number,
        length: number,
        position: number,
      ) => Promise<{ bytesWritten: number }>;
      let room = bytesInAll;
      const write: typeof real = function (data, offset, length, position) {
        if (room === 0) return Promise.reject(Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' }));
        const taken = Math.min(length, bytesAtOnce, room);
        room -= taken;
        return real.call(this, data, offset, taken, position);
      };
      vi.spyOn(prototype, 'write').mockImplementation(write as never);
      vi.spyOn(prototype, 'writev').mockImplementation(function (this: FileHandle, [data]: never[], position: number) {
        return write.call(this, data as unknown as Uint8Array, 0, Infinity, position);
      } as never);
    }

    it('writes all of it all the same', async () => {
      const data = randomBytes(10_000);
      serveDownload((there) => {
        there.send(data.subarray(0, 7000));
        there.send(data.subarray(7000));
        there.end();
      });
      await limitWrites(999, Infinity);
      expect(await volume.downloadTo(join(folder, 'copy.img'))).toBe(10_000);
      expect(readFileSync(join(folder, 'copy.img')).equals(data)).toBe(true);
    });

    it('rejects when it is full, be it within the last piece', async () => {
      serveDownload((there) => {
        there.send(randomBytes(1000));
        there.end();
      });
      await limitWrites(Infinity, 600);
      await expect(volume.downloadTo(join(folder, 'copy.img'))).rejects.toMatchObject({ code: 'ENOSPC' });
    });

    it('rejects rather than tries for ever when it takes nothing and says nothing', async () => {
      serveDownload((there) => there.send(randomBytes(1000)));
      await limitWrites(0, Infinity);
      await expect(volume.downloadTo(join(folder, 'copy.img'))).rejects.toThrow('took only 0 of 1000 bytes');
      expect(await stream.ended).toBe('aborted');
    });
  });

  it('makes an empty file of nothing', async () => {
    serveDownload((there) => there.end());
    expect(await volume.downloadTo(join(folder, 'empty'))).toBe(0);
    expect(statSync(join(folder, 'empty')).size).toBe(0);
  });

  it('breaks off when the file can not be written', async () => {
    serveDownload((there) => there.send(Buffer.from('data')));
    await expect(volume.downloadTo(join(folder, 'no/such/folder'))).rejects.toThrow('ENOENT');
    expect(await stream.ended).toBe('aborted');
  });
});
