import { describe, expect, it } from 'vitest';
import { scram } from '../../../src/auth/sasl/scram.ts';
import { caught } from '../../support/caught.ts';
import { beginScram } from './begin-scram.ts';

/** The example of RFC 5802, section 5. */
const rfc5802 = {
  digest: 'sha1',
  nonce: 'fyko+d2lbbFgONRv9qkxdawL',
  clientFirst: 'n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL',
  serverFirst: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
  clientFinal: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
  serverFinal: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
} as const;

/** The example of RFC 7677, section 3. */
const rfc7677 = {
  digest: 'sha256',
  nonce: 'rOprNGfwEbeRWgbNEkqO',
  clientFirst: 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
  serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
  clientFinal:
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
} as const;

describe.each([
  ['RFC 5802', rfc5802],
  ['RFC 7677', rfc7677],
])('SCRAM as in %s', (_, example) => {
  it('says what the RFC says', async () => {
    const exchange = beginScram(example.digest, example.nonce);
    expect(String(await exchange.start())).toBe(example.clientFirst);
    expect(String(await exchange.step(Buffer.from(example.serverFirst)))).toBe(example.clientFinal);
    expect(exchange.isComplete).toBe(false);
    expect(await exchange.step(Buffer.from(example.serverFinal))).toBeUndefined();
    expect(exchange.isComplete).toBe(true);
  });

  it.each(['v=AAAA', 'v=rmF9pqV8S7suAoZWja4dJRkFsKA=', '', 'nonsense'])(
    'does not believe a server that ends with %j',
    async (serverFinal) => {
      const exchange = beginScram(example.digest, example.nonce);
      await exchange.start();
      await exchange.step(Buffer.from(example.serverFirst));
      const error = await caught(Promise.resolve(exchange.step(Buffer.from(serverFinal))));
      expect(error).toMatchObject({ code: 'LIBVIRT_SERVER_UNTRUSTED', kind: 'permission' });
      expect(error.message).toContain('the daemon at host does not know the password');
      expect(exchange.isComplete).toBe(false);
    },
  );
});

describe('SCRAM', () => {
  it("tells the server's reason", async () => {
    const exchange = beginScram(rfc5802.digest, rfc5802.nonce);
    await exchange.start();
    await exchange.step(Buffer.from(rfc5802.serverFirst));
    const error = await caught(Promise.resolve(exchange.step(Buffer.from('e=invalid-proof'))));
    expect(error).toMatchObject({ code: 'LIBVIRT_CLIENT_REFUSED' });
    expect(error.message).toContain('invalid-proof');
  });

  it('writes names so that a server can take them apart', async () => {
    const exchange = beginScram('sha256', 'nonce', {
      user: 'a=b,c',
      password: 'x',
      realm: 'lab',
      authorizationId: 'r,t',
    } as never);
    expect(String(await exchange.start())).toBe('n,a=r=2Ct,n=a=3Db=2Cc@lab,r=nonce');
  });

  it('takes a new nonce for each login', async () => {
    const context = {
      service: '',
      host: '',
      minSsf: 0,
      credentials: () => Promise.resolve({ user: 'u', password: 'p' }),
    };
    const start = async (): Promise<string> => String(await scram('sha256', 'S').begin(context).start());
    const starts = [await start(), await start()];
    expect(starts[0]).not.toBe(starts[1]);
    expect(starts[0]).toMatch(/^n,,n=u,r=[\w+/]{32}$/);
  });
});
