import { createConnection } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SaslMechanism } from '../../../src/auth/sasl/mechanism.ts';
import { connect, type ConnectOptions, procedures } from '../../../src/index.ts';
import { Failure, FakeDaemon, silence } from '../../../src/testing/fake-daemon.ts';
import { caught } from '../../support/caught.ts';
import { type Front, tcpFront } from '../../support/fronts.ts';
import { account, plainServer, scramServer, wantSasl } from '../../support/sasl-server.ts';

let daemon: FakeDaemon;
let front: Front;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  front = await tcpFront(daemon);
});
afterEach(async () => {
  await front.close();
  await daemon.stop();
});

const scrams = { 'SCRAM-SHA-1': scramServer('sha1'), 'SCRAM-SHA-256': scramServer('sha256'), PLAIN: plainServer };
const options: ConnectOptions = { credentials: account };
const login = async (rest: ConnectOptions = options, query: string = ''): Promise<void> => {
  await (await connect(`${daemon.uri()}${query}`, rest)).close();
};

describe('a login by SASL', () => {
  it('takes the strongest way that both sides know', async () => {
    const chosen = wantSasl(daemon, scrams);
    await login();
    expect(chosen).toEqual(['SCRAM-SHA-256']);
    expect(daemon.peer.calls).toEqual([
      'authList',
      'authSaslInit',
      'authSaslStart',
      'authSaslStep',
      'authSaslStep',
      'connectOpen',
      'connectClose',
    ]);
  });

  it.each(['SCRAM-SHA-1', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'PLAIN'])('is possible by %s', async (name) => {
    const chosen = wantSasl(daemon, { ...scrams, 'SCRAM-SHA-512': scramServer('sha512') });
    await login(options, `&auth=sasl.${name}`);
    await login({ ...options, sasl: { mechanisms: [name.toLowerCase()] } });
    expect(chosen).toEqual([name, name]);
  });

  it('takes the ways in the order of the caller', async () => {
    const chosen = wantSasl(daemon, scrams);
    await login({ ...options, sasl: { mechanisms: ['PLAIN', 'SCRAM-SHA-1'] } });
    expect(chosen).toEqual(['PLAIN']);
  });

  it('takes a way that the caller wrote', async () => {
    const token: SaslMechanism = {
      name: 'X-TOKEN',
      maxSsf: 0,
      revealsPassword: true,
      begin: () => ({ isComplete: true, start: () => Buffer.from('token'), step: () => undefined }),
    };
    const chosen = wantSasl(daemon, { 'X-TOKEN': () => (message) => ({ complete: String(message) === 'token' }) });
    await login({ sasl: { mechanisms: [token] } });
    expect(chosen).toEqual(['X-TOKEN']);
  });

  it.each(['EXTERNAL', 'ANONYMOUS'])('is possible by %s only when it is named', async (name) => {
    wantSasl(daemon, { [name]: () => () => ({ complete: true }) });
    expect(await caught(login())).toMatchObject({ code: 'LIBVIRT_AUTH_UNSUPPORTED' });
    await login({ sasl: { mechanisms: [name] } });
  });

  it('that is refused says who wanted in, and not with what', async () => {
    wantSasl(daemon, scrams);
    for (const name of ['SCRAM-SHA-256', 'PLAIN']) {
      const error = await caught(
        login({ credentials: { user: 'ada', password: 'sesame7' }, sasl: { mechanisms: [name] } }),
      );
      expect(error).toMatchObject({
        code: 'LIBVIRT_AUTH_FAILED',
        kind: 'permission',
        libvirtCode: 45,
        domainName: 'rpc',
      });
      expect(error.message).toContain(`${name}: the daemon at localhost refuses the login of "ada"`);
      expect(inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error)).not.toContain('sesame7');
    }
  });

  it('does not trust a daemon that does not know the password', async () => {
    wantSasl(daemon, { 'SCRAM-SHA-256': scramServer('sha256', 'guessed') });
    expect(await caught(login())).toMatchObject({ code: 'LIBVIRT_SERVER_UNTRUSTED', retryable: false });
    expect(daemon.peer.calls).not.toContain('connectOpen');
  });

  it.each([
    ['at once', { nil: 1, data: Buffer.alloc(0), complete: 1 }],
    ['with nothing', { nil: 0, data: Buffer.alloc(0), complete: 1 }],
  ])('does not trust a daemon that lets us in %s', async (_, answer) => {
    wantSasl(daemon, scrams);
    daemon.on(procedures.authSaslStart, () => answer);
    expect(await caught(login())).toMatchObject({ code: 'LIBVIRT_SERVER_UNTRUSTED' });
  });

  it('does not go on for ever', async () => {
    wantSasl(daemon, { PLAIN: () => () => ({ complete: false, data: Buffer.from('more') }) });
    expect(await caught(login())).toMatchObject({ code: 'LIBVIRT_SERVER_UNTRUSTED' });
    expect(daemon.peer.calls.length).toBeLessThan(30);
  });

  it('passes on what else the daemon reports', async () => {
    wantSasl(daemon, scrams);
    daemon.on(procedures.authSaslStart, () => new Failure({ code: 1, message: 'out of order' }));
    expect((await caught(login())).message).toBe('out of order');
  });

  it('ends at the deadline', async () => {
    wantSasl(daemon, scrams);
    daemon.on(procedures.authSaslStep, () => silence);
    expect(await caught(login({ ...options, timeoutMs: 300 }))).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
  });

  it('without a way that both know says which there are', async () => {
    wantSasl(daemon, { GSSAPI: plainServer, OTP: plainServer });
    const error = await caught(login());
    expect(error).toMatchObject({ code: 'LIBVIRT_AUTH_UNSUPPORTED', kind: 'unsupported' });
    expect(error.message).toContain('it offers GSSAPI, OTP, and SCRAM-SHA-512, SCRAM-SHA-256');
    expect((await caught(login(options, '&auth=sasl.PLAIN'))).message).toContain('and PLAIN may be used');
  });

  it('knows its own ways only', async () => {
    const error = await caught(login({ sasl: { mechanisms: ['MAGIC'] } }));
    expect(error).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID', kind: 'invalid' });
    expect(error.message).toContain('"MAGIC" is not among SCRAM-SHA-512');
  });
});

describe('a login over a connection that nothing encrypts', () => {
  const far = async (rest: ConnectOptions): Promise<void> => {
    await (await connect(`qemu+tcp://127.0.0.1:${front.port}/system`, rest)).close();
  };

  it('shows no password and is not made by what protects nothing that follows', async () => {
    wantSasl(daemon, scrams);
    const error = await caught(far(options));
    expect(error).toMatchObject({ code: 'LIBVIRT_AUTH_UNSUPPORTED' });
    expect(error.message).toContain('PLAIN would show the password, as nothing encrypts the connection');
    expect(error.message).toContain('SCRAM-SHA-256 encrypts nothing');
    expect(error.message).toContain('use TLS or SSH');
    expect(daemon.peer.calls).toEqual(['authList', 'authSaslInit']);
  });

  it('is made when the caller says so', async () => {
    const chosen = wantSasl(daemon, scrams);
    await far({ ...options, sasl: { allowUnencrypted: true } });
    expect(chosen).toEqual(['SCRAM-SHA-256']);
  });

  it('is not made over a stream either, of which nobody knows where it goes', async () => {
    wantSasl(daemon, scrams);
    const stream = createConnection(daemon.path);
    expect(await caught(connect('qemu:///system', { ...options, stream }))).toMatchObject({
      code: 'LIBVIRT_AUTH_UNSUPPORTED',
    });
  });

  it('does not take the word of a way that promised to encrypt, and did not', async () => {
    const liar: SaslMechanism = {
      name: 'X-LIAR',
      maxSsf: 256,
      revealsPassword: false,
      begin: () => ({ isComplete: true, start: () => undefined, step: () => undefined }),
    };
    wantSasl(daemon, { 'X-LIAR': () => () => ({ complete: true }) });
    const error = await caught(far({ sasl: { mechanisms: [liar] } }));
    expect(error.message).toContain('X-LIAR agreed on no encryption');
  });
});
