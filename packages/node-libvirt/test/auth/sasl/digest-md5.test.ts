import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDigestChallenge } from '../../../src/auth/sasl/digest-challenge.ts';
import { DigestLayer } from '../../../src/auth/sasl/digest-layer.ts';
import { digestMd5 } from '../../../src/auth/sasl/digest-md5.ts';
import type { SaslContext, SaslExchange } from '../../../src/auth/sasl/mechanism.ts';
import { caught } from '../../support/caught.ts';

const chris = { user: 'chris', password: 'secret' };

function begin(nonce: string, context: Partial<SaslContext> = {}): SaslExchange {
  return digestMd5(() => nonce).begin({
    service: 'imap',
    host: 'elwood.innosoft.com',
    minSsf: 0,
    credentials: () => Promise.resolve(chris),
    ...context,
  });
}

/** The examples of RFC 2831, section 4. */
const challenge = 'realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8';

describe('DIGEST-MD5 as in RFC 2831', () => {
  it('answers as the RFC does, for IMAP', async () => {
    const exchange = begin('OA6MHXh6VqTrRk');
    expect(exchange.start()).toBeUndefined();
    const response = String(await exchange.step(Buffer.from(challenge)));
    expect(response.split(',').toSorted()).toEqual(
      [
        'charset=utf-8',
        'username="chris"',
        'realm="elwood.innosoft.com"',
        'nonce="OA6MG9tEQGm2hh"',
        'nc=00000001',
        'cnonce="OA6MHXh6VqTrRk"',
        'digest-uri="imap/elwood.innosoft.com"',
        'response=d388dad90d4bbd760a152321f2143af7',
        'qop=auth',
      ].toSorted(),
    );
    expect(exchange.isComplete).toBe(false);
    expect(await exchange.step(Buffer.from('rspauth=ea40f60335c427b5527b84dbabcdfffd'))).toBeUndefined();
    expect(exchange.isComplete).toBe(true);
    expect(exchange.layer).toBeUndefined();
  });

  it('answers as the RFC does, for ACAP', async () => {
    const exchange = begin('OA9BSuZWMSpW8m', { service: 'acap' });
    const acap = challenge.replace('OA6MG9tEQGm2hh', 'OA9BSXrbuRhWay');
    expect(String(await exchange.step(Buffer.from(acap)))).toContain('response=6084c6db3fede7352c551284490fd0fc');
    await exchange.step(Buffer.from('rspauth=2f0b3d7c3c2e486600ef710726aa2eae'));
    expect(exchange.isComplete).toBe(true);
  });

  it.each(['rspauth=ea40f60335c427b5527b84dbabcdfffe', '', 'rspauth='])(
    'does not believe a server that ends with %j',
    async (end) => {
      const exchange = begin('OA6MHXh6VqTrRk');
      await exchange.step(Buffer.from(challenge));
      expect(await caught(Promise.resolve(exchange.step(Buffer.from(end))))).toMatchObject({
        code: 'LIBVIRT_SERVER_UNTRUSTED',
      });
      expect(exchange.isComplete).toBe(false);
    },
  );
});

describe('DIGEST-MD5', () => {
  const respond = async (text: string, context: Partial<SaslContext> = {}): Promise<string> =>
    String(await begin('n', context).step(Buffer.from(text)));

  it('takes the realm of the caller, or the first of the server', async () => {
    const two = challenge.replace('realm="', 'realm="one",realm="');
    expect(await respond(two)).toContain('realm="one"');
    const asked: unknown[] = [];
    const credentials = (realm?: string): Promise<typeof chris & { realm: string }> => {
      asked.push(realm);
      return Promise.resolve({ ...chris, realm: 'mine' });
    };
    expect(await respond(two, { credentials })).toContain('realm="mine"');
    expect(asked).toEqual(['one']);
    expect(await respond(challenge.replace(/^realm="[^"]*",/, ''))).not.toContain('realm=');
  });

  it('writes names in quotes, also those that hold some', async () => {
    const credentials = (): Promise<object> =>
      Promise.resolve({ user: 'a"b\\c,d', password: 'p', authorizationId: 'z' });
    const response = await respond(challenge, { credentials: credentials as SaslContext['credentials'] });
    expect(response).toContain('username="a\\"b\\\\c,d"');
    expect(response).toContain('authzid="z"');
  });

  it('encrypts where nothing else does, and only there', async () => {
    const offer = challenge.replace('qop="auth"', 'qop="auth,auth-int,auth-conf",cipher="rc4-40,rc4,3des",maxbuf=1000');
    expect(await respond(offer)).toContain('qop=auth');
    const exchange = begin('n', { minSsf: 56 });
    const response = String(await exchange.step(Buffer.from(offer)));
    expect(response).toContain('qop=auth-conf,cipher=rc4,maxbuf=65536');
    expect(exchange.layer).toMatchObject({ ssf: 128, maxBytes: 984 });
  });

  it.each([
    [challenge, 56, 'encrypts nothing'],
    [challenge.replace('qop="auth"', 'qop="auth-conf",cipher="des,rc4-40"'), 56, 'encrypts by des, rc4-40 only'],
    [challenge.replace('qop="auth"', 'qop="auth-conf"'), 0, 'insists on encryption'],
  ])('refuses what is too weak or too much: %#', async (text, minSsf, why) => {
    const error = await caught(respond(text, { minSsf }));
    expect(error).toMatchObject({ code: 'LIBVIRT_CLIENT_REFUSED', kind: 'unsupported' });
    expect(error.message).toContain(why);
  });

  it.each([
    '',
    'nonsense',
    'nonce="a"',
    'nonce="a",nonce="b",algorithm=md5-sess',
    'nonce="a",algorithm=md5-sess,maxbuf=3',
  ])('does not answer the challenge %j', async (text) => {
    expect(await caught(respond(text))).toMatchObject({ code: 'LIBVIRT_SERVER_UNTRUSTED' });
  });
});

describe('parseDigestChallenge', () => {
  it('reads quotes, blanks and empty parts', () => {
    const text = ', Realm = "a \\"b\\", c" ,nonce="x=,y",, algorithm=md5-sess,qop="auth , auth-conf",stale=true';
    expect(parseDigestChallenge(Buffer.from(text))).toEqual({
      realms: ['a "b", c'],
      nonce: 'x=,y',
      qop: ['auth', 'auth-conf'],
      ciphers: [],
      utf8: false,
      maxBytes: 65_536,
    });
  });

  it('reads the older encoding where the newer is not announced', () => {
    const text = Buffer.from('realm="Zürich",nonce="x",algorithm=md5-sess', 'latin1');
    expect(parseDigestChallenge(text)?.realms).toEqual(['Zürich']);
  });

  it('answers any bytes', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseDigestChallenge(Buffer.from(text))));
  });
});

describe('DigestLayer', () => {
  it('opens what the other side sealed, packet after packet', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.array(fc.uint8Array()), (key, packets) => {
        const client = new DigestLayer(Buffer.from(key), 65_536, 'client');
        const server = new DigestLayer(Buffer.from(key), 65_536, 'server');
        for (const packet of packets) {
          expect(server.unwrap(client.wrap(Buffer.from(packet)))).toEqual(Buffer.from(packet));
          expect(client.unwrap(server.wrap(Buffer.from(packet)))).toEqual(Buffer.from(packet));
        }
      }),
    );
  });

  it.each([
    ['shortened', (packet: Buffer): Buffer => packet.subarray(1)],
    ['repeated', (packet: Buffer, server: DigestLayer): Buffer => (server.unwrap(Buffer.from(packet)), packet)],
    ['emptied', (): Buffer => Buffer.alloc(0)],
    ['of another form', (packet: Buffer): Buffer => ((packet[packet.length - 5] = 2), packet)],
  ])('refuses a packet that was %s', (_, damage) => {
    const key = Buffer.alloc(16, 7);
    const server = new DigestLayer(key, 65_536, 'server');
    const packet = new DigestLayer(key, 65_536, 'client').wrap(Buffer.from('hello'));
    expect(() => server.unwrap(damage(packet, server))).toThrow('a packet was changed on its way');
  });
});
