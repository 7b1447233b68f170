import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, Domain, procedures } from '../../src/index.ts';
import { FakeDaemon } from '../../src/testing/index.ts';

const dom = { name: 'web', uuid: '00000000-0000-4000-8000-000000000001', id: 7 };
let daemon: FakeDaemon;
let connection: Connection;
let domain: Domain;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  connection = await daemon.connect();
  domain = new Domain(connection.raw, dom);
});

afterEach(async () => {
  await connection.close();
  await daemon.stop();
});

describe("a domain's streams", () => {
  it('console: what is typed arrives, what is printed comes', async () => {
    const asked: unknown[] = [];
    daemon.onStream(procedures.domainOpenConsole, ({ args, stream }) => {
      asked.push(args);
      stream.send(Buffer.from('login: '));
      void stream.ended.then(() => stream.content.toString()).then((typed) => asked.push(typed));
    });
    const first = await domain.openConsole();
    expect(await first.receive()).toEqual({ type: 'data', data: new Uint8Array(Buffer.from('login: ')) });
    await first.send(Buffer.from('root\n'));
    await first.finish();
    await domain.openConsole({ device: 'serial1', force: true, safe: true });
    expect(asked).toEqual([{ dom, devName: undefined, flags: 0 }, 'root\n', { dom, devName: 'serial1', flags: 3 }]);
  });

  it('channel: by name', async () => {
    let asked: unknown;
    daemon.onStream(procedures.domainOpenChannel, ({ args }) => {
      asked = args;
    });
    await domain.openChannel({ name: 'org.example.0', force: true });
    expect(asked).toEqual({ dom, name: 'org.example.0', flags: 1 });
  });

  it('screenshot: the format and the picture', async () => {
    let asked: unknown;
    daemon.onStream(procedures.domainScreenshot, ({ args, stream }) => {
      asked = args;
      stream.send(Buffer.from('P6 1 1 255\n...'));
      stream.end();
      return { mime: 'image/x-portable-pixmap' };
    });
    const { mimeType, stream } = await domain.screenshot({ screen: 1 });
    expect(mimeType).toBe('image/x-portable-pixmap');
    expect((await buffer(stream.readable)).toString()).toBe('P6 1 1 255\n...');
    expect(asked).toEqual({ dom, screen: 1, flags: 0 });
  });
});
