import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, connect, type ConnectOptions, procedures } from '../../src/index.ts';
import { Failure, FakeDaemon, silence } from '../../src/testing/fake-daemon.ts';
import { caught, delay, until } from '../support/caught.ts';
import { type Way, ways } from '../support/ways.ts';

let daemon: FakeDaemon;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ways-'));
  daemon = await FakeDaemon.start();
  daemon.on(procedures.connectGetHostname, () => ({ hostname: 'far' }));
});
afterEach(async () => {
  await daemon.stop();
  rmSync(folder, { recursive: true });
});

/** Runs a script in a process of its own, with `uri` in it. */
async function run(uri: string, script: string): Promise<{ code: number | null; output: string }> {
  const index = join(import.meta.dirname, '../../src/index.ts');
  const code = `import { connect } from ${JSON.stringify(index)}; const uri = ${JSON.stringify(uri)}; ${script}`;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code]);
  const [output, errors, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: exitCode as number | null, output: output + errors };
}

describe.each(Object.entries(ways))('a daemon reached by %s', (_, open) => {
  let way: Way;
  const dial = (options?: ConnectOptions): Promise<Connection> => connect(way.uri, options);
  beforeEach(async () => {
    way = await open(daemon, folder);
  });
  afterEach(() => way.close?.());

  it('is asked to open the URI without what concerns the way, and to read only when that is asked', async () => {
    const opened: unknown[] = [];
    daemon.on(procedures.connectOpen, ({ args }) => void opened.push(args));
    await (await dial()).close();
    await (await dial({ readOnly: true })).close();
    expect(opened).toEqual([
      { name: 'qemu:///system', flags: 0 },
      { name: 'qemu:///system', flags: 1 },
    ]);
  });

  it('answers many calls at once, whatever their size', async () => {
    const connection = await dial();
    const big = 'x'.repeat(1_000_000);
    daemon.on(procedures.connectGetCapabilities, () => ({ capabilities: big }));
    const calls = Array.from({ length: 64 }, () => connection.getHostname());
    const { capabilities } = await connection.raw.connectGetCapabilities();
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['far']));
    expect(capabilities === big).toBe(true);
    await connection.close();
  });

  it('takes what is large', async () => {
    const sizes: number[] = [];
    daemon.on(procedures.domainDefineXml, ({ args }) => {
      sizes.push(args.xml.length);
      return new Failure({ code: 27, message: 'no' });
    });
    const connection = await dial();
    await caught(connection.raw.domainDefineXml({ xml: 'x'.repeat(2_000_000) }));
    expect(sizes).toEqual([2_000_000]);
    await connection.close();
  });

  it('does not hold up who never began', async () => {
    expect(await caught(dial({ signal: AbortSignal.abort() }))).toMatchObject({ code: 'LIBVIRT_ABORTED' });
    expect(daemon.peers).toEqual([]);
  });

  it('is heard to hang up in the middle of a call', async () => {
    const connection = await dial({ reconnect: false });
    daemon.on(procedures.connectGetHostname, ({ peer }) => {
      peer.socket.destroy();
      return silence;
    });
    const error = await caught(connection.getHostname());
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST', retryable: true, outcomeUnknown: true });
    await connection.close();
  });

  it('keeps the process while somebody waits, and lets go of it when nobody does', async () => {
    daemon.on(procedures.connectGetHostname, async () => {
      await delay(300);
      return { hostname: 'late' };
    });
    const waiting = await run(way.uri, 'console.log(await (await connect(uri)).getHostname());');
    expect(waiting).toEqual({ code: 0, output: 'late\n' });
    await until(() => daemon.peers.every(({ socket }) => socket.destroyed || socket.readableEnded));
  });

  it('is left when the connection is closed', async () => {
    await (await dial()).close();
    await until(() => daemon.peer.socket.destroyed || daemon.peer.socket.readableEnded);
  });
});

describe('a daemon at the other end of a stream', () => {
  it('answers, and is asked to open what the URI names', async () => {
    const stream = createConnection(daemon.path);
    const connection = await connect('qemu+tcp://nowhere/system', { stream });
    const all = await Promise.all(Array.from({ length: 64 }, () => connection.getHostname()));
    expect(new Set(all)).toEqual(new Set(['far']));
    await connection.close();
    expect(stream.destroyed).toBe(true);
  });
});
