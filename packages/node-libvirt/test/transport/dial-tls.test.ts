import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, type ConnectOptions, procedures } from '../../src/index.ts';
import { FakeDaemon } from '../../src/testing/fake-daemon.ts';
import { caught, until } from '../support/caught.ts';
import { type Front, pem, tlsFront } from '../support/fronts.ts';

let daemon: FakeDaemon;
let front: Front | undefined;
const ours = { ca: pem('ca.pem'), cert: pem('client.pem'), key: pem('client-key.pem') };

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  daemon.on(procedures.connectGetHostname, () => ({ hostname: 'far' }));
});
afterEach(async () => {
  await front?.close();
  await daemon.stop();
});

/** Connects to a server of these settings. */
async function dial(
  server: Parameters<typeof tlsFront>[1] = {},
  options: ConnectOptions = { tls: ours },
  host: string = 'localhost',
  query: string = '',
): ReturnType<typeof connect> {
  front = await tlsFront(daemon, server);
  return connect(`qemu+tls://${host}:${front.port}/system${query}`, { timeoutMs: 5000, ...options });
}

describe('TLS', () => {
  it.each(['localhost', '127.0.0.1'])('reaches a daemon whose certificate is for %s', async (host) => {
    const connection = await dial({}, { tls: ours }, host);
    expect(await connection.getHostname()).toBe('far');
    await connection.close();
  });

  it('is taken when a host is named and no transport', async () => {
    front = await tlsFront(daemon);
    const connection = await connect(`qemu://localhost:${front.port}/system`, { tls: ours });
    await connection.close();
  });

  it('shows our certificate to a daemon that asks for one', async () => {
    const connection = await dial({ rejectUnauthorized: true });
    await connection.close();
  });

  it('tells the daemon which name is meant, but no address', async () => {
    const names: unknown[] = [];
    const SNICallback = (name: string, done: (error: null) => void): void => {
      names.push(name);
      done(null);
    };
    await (await dial({ SNICallback })).close();
    await front?.close();
    await (await dial({ SNICallback }, { tls: ours }, '127.0.0.1')).close();
    expect(names).toEqual(['localhost']);
  });

  it('carries on where the welcome and the first answer come in one piece', async () => {
    const connection = await dial();
    const all = await Promise.all(Array.from({ length: 50 }, () => connection.getHostname()));
    expect(new Set(all)).toEqual(new Set(['far']));
    await connection.close();
  });
});

describe("the daemon's certificate", () => {
  it.each([
    ['foreign', 'is from a CA that is not ours'],
    ['expired', 'has expired'],
    ['elsewhere', 'is for another name: DNS:elsewhere.example'],
    ['client', 'is not for a server'],
  ])('of %s is not trusted', async (identity, why) => {
    const error = await caught(dial({ identity }));
    expect(error).toMatchObject({ code: 'LIBVIRT_SERVER_UNTRUSTED', kind: 'permission', retryable: false });
    expect(error.message).toContain(`the certificate of the daemon at localhost:${front?.port} ${why}`);
    expect(daemon.peers.flatMap(({ calls }) => calls)).toEqual([]);
  });

  it('that is revoked is not trusted', async () => {
    const error = await caught(dial({}, { tls: { ...ours, crl: pem('server-revoked.pem') } }));
    expect(error).toMatchObject({ code: 'LIBVIRT_SERVER_UNTRUSTED' });
    expect(error.message).toContain('is revoked');
  });

  it('may be for a name that is not the one of the URI, when the caller names it', async () => {
    const connection = await dial({ identity: 'elsewhere' }, { tls: { ...ours, serverName: 'elsewhere.example' } });
    await connection.close();
  });

  it.each(['foreign', 'expired', 'elsewhere'])('of %s is passed over with no_verify=1 only', async (identity) => {
    await (await dial({ identity }, { tls: ours }, 'localhost', '?no_verify=1')).close();
    await front?.close();
    expect(await caught(dial({ identity }, { tls: ours }, 'localhost', '?no_verify=0'))).toMatchObject({
      code: 'LIBVIRT_SERVER_UNTRUSTED',
    });
  });
});

describe('our certificate', () => {
  it('from another CA is refused by the daemon', async () => {
    const tls = { ...ours, cert: pem('stranger.pem'), key: pem('stranger-key.pem') };
    const error = await caught(dial({ rejectUnauthorized: true }, { tls }));
    expect(error).toMatchObject({ code: 'LIBVIRT_CLIENT_REFUSED', kind: 'permission' });
    expect(error.message).toContain('does not take our certificate (CN=stranger, valid from Jan  1 00:00:00 2020');
  });

  it('is missing, and the daemon says so', async () => {
    const error = await caught(dial({ rejectUnauthorized: true }, { tls: { ca: ours.ca } }));
    expect(error).toMatchObject({ code: 'LIBVIRT_CLIENT_REFUSED' });
    expect(error.message).toContain('none, as none was found');
  });

  it('is refused by the byte after the handshake', async () => {
    const error = await caught(dial({ welcome: [0] }));
    expect(error).toMatchObject({ code: 'LIBVIRT_CLIENT_REFUSED' });
    expect(error.cause).toMatchObject({ message: 'it sent 0 instead of 1' });
  });

  it('may have a key that a passphrase opens, which nobody sees', async () => {
    const locked = { ...ours, key: pem('client-key-locked.pem') };
    await (await dial({ rejectUnauthorized: true }, { tls: { ...locked, passphrase: 'open-sesame' } })).close();
    await front?.close();
    const error = await caught(dial({}, { tls: { ...locked, passphrase: 'open-barley' } }));
    expect(error).toMatchObject({ code: 'LIBVIRT_CREDENTIALS_INVALID', kind: 'invalid' });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('barley');
  });

  it('must fit its key', async () => {
    const error = await caught(dial({}, { tls: { ...ours, key: pem('stranger-key.pem') } }));
    expect(error).toMatchObject({ code: 'LIBVIRT_CREDENTIALS_INVALID' });
    expect(error.message).toContain('TLS: the certificates can not be used');
  });
});

describe('libvirt files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pki-'));
    mkdirSync(join(folder, 'pki'));
    for (const [file, name] of [
      ['cacert', 'ca'],
      ['clientcert', 'client'],
      ['clientkey', 'client-key'],
    ]) {
      writeFileSync(join(folder, 'pki', `${file}.pem`), pem(`${name}.pem`));
    }
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are found in the folder of the URI', async () => {
    const connection = await dial({ rejectUnauthorized: true }, {}, 'localhost', `?pkipath=${folder}/pki`);
    expect(await connection.getHostname()).toBe('far');
    await connection.close();
  });

  it('tell revoked certificates too', async () => {
    writeFileSync(join(folder, 'pki/cacrl.pem'), pem('server-revoked.pem'));
    const error = await caught(dial({}, {}, 'localhost', `?pkipath=${folder}/pki`));
    expect(error.message).toContain('is revoked');
  });
});

describe('a server that', () => {
  it('does not speak TLS is told', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const error = await caught(connect(`qemu://127.0.0.1:${port}/system`, { tls: ours }));
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECT_FAILED' });
    expect(error.message).toContain(`no TLS with 127.0.0.1:${port}`);
    server.close();
  });

  it.each([false, true])('never finishes is given up at the deadline (handshake done: %s)', async (handshake) => {
    const sockets: { destroyed: boolean; destroy(): unknown }[] = [];
    const mute = createServer((socket) => void sockets.push(socket.resume()));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    front = await tlsFront(daemon, { welcome: [] });
    daemon.on(procedures.authList, () => ({ types: [0] }));
    const port = handshake ? front.port : (mute.address() as { port: number }).port;
    const before = performance.now();
    const error = await caught(connect(`qemu://localhost:${port}/system`, { tls: ours, timeoutMs: 100 }));
    expect(error).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
    expect(performance.now() - before).toBeLessThan(1000);
    await until(() => [...sockets, ...(front?.sockets ?? [])].every(({ destroyed }) => destroyed));
    for (const socket of sockets) socket.destroy();
    mute.close();
  });

  it('is not there is told, with what to do', async () => {
    const error = await caught(connect('qemu://127.0.0.1:1/system', { tls: ours }));
    expect(error.message).toBe(
      'nobody listens at 127.0.0.1:1; is libvirtd --listen (or virtproxyd-tls.socket) running there?',
    );
  });
});

describe('tls_priority', () => {
  it('decides the version of TLS', async () => {
    const versions: unknown[] = [];
    for (const priority of ['NORMAL:-VERS-TLS1.3', 'NORMAL:-VERS-ALL:+VERS-TLS1.3']) {
      const connection = await dial({}, { tls: ours }, 'localhost', `?tls_priority=${priority}`);
      versions.push((front?.sockets[0] as TLSSocket | undefined)?.getProtocol());
      await connection.close();
      await front?.close();
    }
    expect(versions).toEqual(['TLSv1.2', 'TLSv1.3']);
  });

  it('that can not be followed is refused before anything is sent', async () => {
    const error = await caught(dial({}, { tls: ours }, 'localhost', '?tls_priority=NORMAL:%25COMPAT'));
    expect(error).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
    expect(front?.sockets).toEqual([]);
  });
});
