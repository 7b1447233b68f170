import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, connect, type ConnectOptions, procedures } from '../../src/index.ts';
import { Failure, FakeDaemon, silence } from '../../src/testing/fake-daemon.ts';
import { caught, delay, until } from '../support/caught.ts';
import { type Front, pem, tcpFront, tlsFront } from '../support/fronts.ts';
import { writePipe, writeProgram } from '../support/programs.ts';
import { SshServer } from '../support/ssh2-server.ts';

let daemon: FakeDaemon;
let folder: string;
let fronts: Front[];
let ssh: SshServer | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ways-'));
  daemon = await FakeDaemon.start();
  daemon.on(procedures.connectGetHostname, () => ({ hostname: 'far' }));
  fronts = [];
});
afterEach(async () => {
  ssh?.stop();
  ssh = undefined;
  await Promise.all(fronts.map((front) => front.close()));
  await daemon.stop();
  rmSync(folder, { recursive: true });
});

interface Way {
  readonly uri: string;
  readonly options?: ConnectOptions;
}

/** Opens a way to the daemon; what to connect with. */
const ways: Readonly<Record<string, () => Promise<Way>>> = {
  unix: () => Promise.resolve({ uri: daemon.uri() }),
  tcp: async () => {
    const front = await tcpFront(daemon);
    fronts.push(front);
    return { uri: `qemu+tcp://127.0.0.1:${front.port}/system` };
  },
  tls: async () => {
    const front = await tlsFront(daemon);
    fronts.push(front);
    for (const [file, name] of [
      ['cacert', 'ca'],
      ['clientcert', 'client'],
      ['clientkey', 'client-key'],
    ]) {
      writeFileSync(join(folder, `${file}.pem`), pem(`${name}.pem`));
    }
    return { uri: `qemu+tls://127.0.0.1:${front.port}/system?pkipath=${folder}` };
  },
  ssh: () => {
    writePipe(folder, 'virt-ssh-helper', daemon.path);
    const path = JSON.stringify(`${folder}:/usr/bin:/bin`);
    const program = writeProgram(
      folder,
      'ssh',
      `const child = spawn('/bin/sh', ['-c', process.argv.at(-1)], { stdio: 'inherit', env: { PATH: ${path} } });
child.on('exit', (code) => process.exit(code ?? 1));
process.on('SIGTERM', () => { child.kill(); process.exit(1); });`,
    );
    return Promise.resolve({ uri: `qemu+ssh://host/system?command=${program}` });
  },
  libssh2: async () => {
    ssh = await SshServer.start(daemon.path);
    const authFile = join(folder, 'auth.conf');
    writeFileSync(authFile, '[credentials-x]\npassword=sesame\n[auth-ssh-default]\ncredentials=x\n');
    const query = `known_hosts_verify=ignore&sshauth=password&authfile=${authFile}`;
    return { uri: `qemu+libssh2://ada@127.0.0.1:${ssh.port}/system?${query}` };
  },
  ext: () => Promise.resolve({ uri: `qemu+ext:///system?command=${writePipe(folder, 'tunnel', daemon.path)}` }),
};

/** Runs a script in a process of its own, with `uri` in it. */
async function run(uri: string, script: string): Promise<{ code: number | null; output: string }> {
  const index = join(import.meta.dirname, '../../src/index.ts');
  const code = `import { connect } from ${JSON.stringify(index)}; const uri = ${JSON.stringify(uri)}; ${script}`;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code]);
  const [output, errors, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: exitCode as number | null, output: output + errors };
}

describe.each(Object.keys(ways))('a daemon reached by %s', (name) => {
  let way: Way;
  const dial = (options: ConnectOptions = {}): Promise<Connection> => connect(way.uri, { ...way.options, ...options });
  beforeEach(async () => {
    way = await (ways[name] as () => Promise<Way>)();
  });

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

  it('does not hold up who gives up before it answers', async () => {
    daemon.on(procedures.authList, () => silence);
    const controller = new AbortController();
    const attempt = caught(dial({ signal: controller.signal }));
    await until(() => daemon.peers.length === 1);
    const before = performance.now();
    controller.abort();
    expect(await attempt).toMatchObject({ code: 'LIBVIRT_ABORTED' });
    expect(performance.now() - before).toBeLessThan(100);
    await until(() => daemon.peer.socket.destroyed || daemon.peer.socket.readableEnded);
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
