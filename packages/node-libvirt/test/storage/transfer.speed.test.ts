import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, procedures, StorageVolume } from '../../src/index.ts';
import { FakeDaemon, type FakeStream } from '../../src/testing/index.ts';
import { caught, deferred } from '../support/caught.ts';

let daemon: FakeDaemon;
let connection: Connection;
let stream: FakeStream;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  daemon.onStream(procedures.storageVolUpload, (call) => {
    stream = call.stream;
  });
  connection = await daemon.connect();
});
afterEach(async () => {
  await connection.close();
  await daemon.stop();
});

describe('uploadFrom a source that gives nothing more', () => {
  it('stops at once when its signal fires', async () => {
    const stuck = deferred<void>();
    const source = (async function* () {
      yield Buffer.from('some');
      stuck.resolve();
      await new Promise(() => {});
    })();
    const volume = new StorageVolume(connection.raw, { pool: 'default', name: 'disk', key: '/disk' });
    const controller = new AbortController();
    const upload = caught(volume.uploadFrom(source, { signal: controller.signal }));
    await stuck.promise;
    const before = performance.now();
    controller.abort();
    expect(await upload).toMatchObject({ code: 'LIBVIRT_ABORTED' });
    expect(performance.now() - before).toBeLessThan(100);
    expect(await stream.ended).toBe('aborted');
  });
});
