import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex, PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, procedures } from '../../src/index.ts';
import { caught, delay, until } from '../support/caught.ts';
import { Failure, FakeDaemon, silence } from '../../src/testing/fake-daemon.ts';

let server: FakeDaemon;

beforeEach(async () => {
  server = await FakeDaemon.start();
});
afterEach(() => server.stop());

describe('connect', () => {
  it('asks for the ways to authenticate first, then opens what the URI names', async () => {
    const opened: unknown[] = [];
    server.on(procedures.connectOpen, ({ args }) => void opened.push(args));
    const connection = await connect(server.uri('test', '/default'));
    expect(server.peer.calls).toEqual(['authList', 'connectOpen']);
    expect(opened).toEqual([{ name: 'test:///default', flags: 0 }]);
    expect(connection.isOpen).toBe(true);
    await connection.close();
  });

  it('opens for reading only when asked to', async () => {
    const flags: unknown[] = [];
    server.on(procedures.connectOpen, ({ args }) => void flags.push(args.flags));
    await (await server.connect({ readOnly: true })).close();
    expect(flags).toEqual([1]);
  });

  it('rejects with what the daemon reports when it can not open the URI, and leaves no socket', async () => {
    server.on(procedures.connectOpen, () => new Failure({ code: 5, message: 'no connection driver available' }));
    expect(await caught(server.connect())).toMatchObject({ code: 'LIBVIRT_NO_CONNECT', kind: 'unavailable' });
    await until(() => server.peer.socket.readableEnded || server.peer.socket.destroyed);
  });

  it('takes its timeout for all steps together', async () => {
    server.on(procedures.authList, async () => {
      await delay(60);
      return { types: [] };
    });
    server.on(procedures.connectOpen, async () => delay(60));
    expect(await caught(server.connect({ timeoutMs: 100 }))).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
  });

  it('rejects when the daemon hangs up in the middle', async () => {
    server.on(procedures.authList, ({ peer }) => {
      peer.socket.destroy();
      return silence;
    });
    expect(await caught(server.connect())).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST', retryable: true });
  });

  it('rejects at once when the stream that it is given has ended', async () => {
    const stream = new PassThrough().destroy();
    expect(await caught(connect('qemu:///system', { stream }))).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST' });
  });

  it('tells why the stream that it is given has ended, as a LibvirtError', async () => {
    const why = new Error('the tunnel broke');
    const stream = new PassThrough().on('error', () => {});
    stream.destroy(why);
    await until(() => stream.closed);
    const error = await caught(connect('qemu:///system', { stream }));
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST', kind: 'unavailable', cause: why });
    expect(error.message).toContain('the tunnel broke');
  });

  it('rejects when the stream that it is given breaks while it waits for the daemon', async () => {
    const mute = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
    const attempt = caught(connect('qemu:///system', { stream: mute }));
    await delay(20);
    mute.destroy(new Error('the tunnel broke'));
    const error = await attempt;
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST', kind: 'unavailable' });
    expect(error.message).toContain('the tunnel broke');
  });

  it('refuses bad URIs before it does anything', async () => {
    expect(await caught(connect('nonsense'))).toMatchObject({ code: 'LIBVIRT_URI_INVALID' });
    expect(await caught(connect('qemu+pigeon:///system'))).toMatchObject({ code: 'LIBVIRT_TRANSPORT_UNSUPPORTED' });
  });
});

describe('connect without a URI', () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  it.each([undefined, ''])('takes the one of the environment (%j)', async (uri) => {
    process.env['LIBVIRT_DEFAULT_URI'] = server.uri('lxc', '/');
    const opened: unknown[] = [];
    server.on(procedures.connectOpen, ({ args }) => void opened.push(args.name));
    await (await connect(uri)).close();
    expect(opened).toEqual(['lxc:///']);
  });

  it("lets the daemon choose, at the socket that is there: the modular daemon's before libvirtd's", async () => {
    const runtime = mkdtempSync(join(tmpdir(), 'runtime-'));
    mkdirSync(join(runtime, 'libvirt'));
    symlinkSync(server.path, join(runtime, 'libvirt/virtqemud-sock'));
    const opened: unknown[] = [];
    server.on(procedures.connectOpen, ({ args }) => void opened.push(args.name));
    const code = `import { connect } from ${JSON.stringify(join(import.meta.dirname, '../../src/index.ts'))};
      process.geteuid = () => 1000; process.env.XDG_RUNTIME_DIR = ${JSON.stringify(runtime)};
      delete process.env.LIBVIRT_DEFAULT_URI;
      for (const uri of [undefined, 'qemu:///session']) await (await connect(uri)).close();`;
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code]);
    const [exitCode] = (await once(child, 'exit')) as [number | null];
    expect({ exitCode, opened }).toEqual({ exitCode: 0, opened: ['', 'qemu:///session'] });
    rmSync(runtime, { recursive: true });
  });
});

describe('authentication', () => {
  it('by polkit waits for the answer', async () => {
    server.on(procedures.authList, () => ({ types: [2] }));
    server.on(procedures.authPolkit, async () => {
      await delay(20);
      return { complete: 1 };
    });
    const connection = await server.connect();
    expect(server.peer.calls).toEqual(['authList', 'authPolkit', 'connectOpen']);
    await connection.close();
  });

  it('by polkit that is refused is a matter of permission', async () => {
    server.on(procedures.authList, () => ({ types: [2] }));
    server.on(procedures.authPolkit, () => new Failure({ code: 94, message: 'no polkit agent available' }));
    expect(await caught(server.connect())).toMatchObject({ code: 'LIBVIRT_AUTH_UNAVAILABLE', kind: 'permission' });
  });

  it('is left out where the daemon leaves the choice', async () => {
    server.on(procedures.authList, () => ({ types: [1, 0] }));
    await (await server.connect()).close();
    expect(server.peer.calls).not.toContain('authPolkit');
  });

  it('by polkit that is refused says what to do, and keeps what the daemon reported', async () => {
    server.on(procedures.authList, () => ({ types: [2] }));
    server.on(
      procedures.authPolkit,
      () => new Failure({ code: 45, domain: 7, message: 'authentication failed: access denied by policy' }),
    );
    const error = await caught(server.connect());
    expect(error).toMatchObject({ code: 'LIBVIRT_AUTH_FAILED', libvirtCode: 45, domainName: 'rpc' });
    expect(error.message).toContain('polkit refuses this user (authentication failed: access denied by policy)');
    expect(error.message).toContain('the group libvirt');
  });

  it('by polkit waits no longer than the deadline', async () => {
    server.on(procedures.authList, () => ({ types: [2] }));
    server.on(procedures.authPolkit, () => silence);
    expect(await caught(server.connect({ timeoutMs: 50 }))).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
  });

  it('by polkit that fails otherwise passes that on', async () => {
    server.on(procedures.authList, () => ({ types: [2] }));
    server.on(procedures.authPolkit, () => new Failure({ code: 1, message: 'no bus' }));
    expect(await caught(server.connect())).toMatchObject({ code: 'LIBVIRT_INTERNAL_ERROR', message: 'no bus' });
  });

  it('in a way that nobody knows is refused', async () => {
    server.on(procedures.authList, () => ({ types: [9, 10] }));
    const error = await caught(server.connect());
    expect(error).toMatchObject({ code: 'LIBVIRT_AUTH_UNSUPPORTED', kind: 'unsupported' });
    expect(error.message).toContain('not known: 9, 10');
  });

  it.each([
    ['polkit', [1, 2], ['authList', 'authPolkit', 'connectOpen']],
    ['POLKIT', [2], ['authList', 'authPolkit', 'connectOpen']],
  ])('goes by the way that the URI asks for: %s', async (auth, types, calls) => {
    server.on(procedures.authList, () => ({ types }));
    server.on(procedures.authPolkit, () => ({ complete: 1 }));
    await (await connect(`${server.uri()}&auth=${auth}`)).close();
    expect(server.peer.calls).toEqual([...calls, 'connectClose']);
  });

  it.each([
    ['polkit', 'auth=polkit is not what the daemon asks for'],
    ['magic', 'auth=magic is unknown; there are sasl, sasl.MECHANISM and polkit'],
  ])('does not go by another way than the URI asks for: %s', async (auth, why) => {
    server.on(procedures.authList, () => ({ types: [0, 1] }));
    const error = await caught(connect(`${server.uri()}&auth=${auth}`));
    expect(error).toMatchObject({ code: 'LIBVIRT_AUTH_UNSUPPORTED' });
    expect(error.message).toContain(why);
  });
});

describe('close', () => {
  it('takes leave of the daemon, once, however often it is called', async () => {
    const connection = await server.connect();
    await Promise.all([connection.close(), connection.close()]);
    await connection.close();
    expect(server.peer.calls.filter((name) => name === 'connectClose')).toHaveLength(1);
    expect(await connection.closed).toBeUndefined();
    expect(connection.isOpen).toBe(false);
  });

  it('does not wait for a daemon that does not answer', async () => {
    server.on(procedures.connectClose, () => silence);
    const connection = await server.connect();
    const before = performance.now();
    await connection.close();
    expect(performance.now() - before).toBeLessThan(1500);
  });

  it('rejects the calls that wait', async () => {
    server.on(procedures.connectGetHostname, () => silence);
    const connection = await server.connect();
    const call = caught(connection.getHostname());
    await connection.close();
    expect(await call).toMatchObject({ code: 'LIBVIRT_CONNECTION_CLOSED', outcomeUnknown: true });
    expect(await caught(connection.getHostname())).toMatchObject({
      code: 'LIBVIRT_CONNECTION_CLOSED',
      outcomeUnknown: false,
    });
  });

  it('comes with disposal', async () => {
    const connection = await server.connect();
    await connection[Symbol.asyncDispose]();
    expect(connection.isOpen).toBe(false);
  });
});

describe('a process', () => {
  /** Runs a script in a process of its own; resolves with its exit code, output and duration. */
  async function run(script: string): Promise<{ code: number | null; output: string; durationMs: number }> {
    const index = join(import.meta.dirname, '../../src/index.ts');
    const code = `import { connect } from ${JSON.stringify(index)}; const uri = ${JSON.stringify(server.uri())}; ${script}`;
    const startedMs = performance.now();
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code]);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [exitCode] = (await once(child, 'exit')) as [number | null];
    return { code: exitCode, output, durationMs: performance.now() - startedMs };
  }

  it('ends by itself after close', async () => {
    server.on(procedures.connectGetHostname, () => ({ hostname: 'host' }));
    const { code, output } = await run(
      'const c = await connect(uri); const e = c.domainEvents(); e.ready.catch(() => {}); console.log(await c.getHostname()); await c.close();',
    );
    expect({ code, output }).toEqual({ code: 0, output: 'host\n' });
  });

  it('is not kept alive by a connection that is idle', async () => {
    const { code, output } = await run("await connect(uri); console.log('done');");
    expect({ code, output }).toEqual({ code: 0, output: 'done\n' });
  });

  it('is kept alive by a call that waits', async () => {
    server.on(procedures.connectGetHostname, async () => {
      await delay(300);
      return { hostname: 'late' };
    });
    const { code, output } = await run('console.log(await (await connect(uri)).getHostname());');
    expect({ code, output }).toEqual({ code: 0, output: 'late\n' });
  });

  it('survives a daemon that talks nonsense, with an error to catch', async () => {
    server.on(procedures.connectGetHostname, ({ peer }) => {
      peer.sendRaw(Buffer.alloc(1000, 0xff));
      return silence;
    });
    const { code, output } = await run(
      'const c = await connect(uri); try { await c.getHostname(); } catch (error) { console.log(error.code); }',
    );
    expect({ code, output }).toEqual({ code: 0, output: 'LIBVIRT_CONNECTION_LOST\n' });
  });
});
