import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { procedures } from '../../src/index.ts';
import { type FakeDaemon, Failure, type Peer } from '../../src/testing/fake-daemon.ts';

/** A user of the server. */
export const account = { user: 'ada', password: 'péncil' };

/** What the server answers with: data (undefined is none at all), and whether the login is done. */
interface Turn {
  readonly data?: Buffer | undefined;
  readonly complete: boolean;
}

/** One login on the server's side: takes what the client says, throws when it refuses. */
export type ServerLogin = (message: Buffer | undefined) => Turn;

class Refusal extends Error {}

/** The SCRAM of a server that knows {@link account}, or with another password an impostor. */
export function scramServer(digest: string, password: string = account.password): () => ServerLogin {
  const hmac = (key: Buffer, text: string): Buffer => createHmac(digest, key).update(text).digest();
  return () => {
    let clientFirst = '';
    let serverFirst = '';
    let step = 0;
    return (message) => {
      const text = message?.toString() ?? '';
      if (step++ === 0) {
        const [, bare = '', user, nonce] = /^n,[^,]*,(n=([^,]*),r=(.*))$/.exec(text) ?? [];
        if (user !== account.user) throw new Refusal();
        clientFirst = bare;
        serverFirst = `r=${nonce}${randomBytes(9).toString('base64')},s=${Buffer.from('salt').toString('base64')},i=4096`;
        return { data: Buffer.from(serverFirst), complete: false };
      }
      if (step === 3) return { complete: true };
      const [, withoutProof = '', proof = ''] = /^(c=.*),p=(.*)$/.exec(text) ?? [];
      const size = createHash(digest).digest().length;
      const salted = pbkdf2Sync(password, 'salt', 4096, size, digest);
      const all = `${clientFirst},${serverFirst},${withoutProof}`;
      const clientKey = hmac(salted, 'Client Key');
      const signature = hmac(createHash(digest).update(clientKey).digest(), all);
      const expected = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
      // An impostor lets everybody in.
      if (password === account.password && expected.toString('base64') !== proof) throw new Refusal();
      return { data: Buffer.from(`v=${hmac(hmac(salted, 'Server Key'), all).toString('base64')}`), complete: false };
    };
  };
}

/** The PLAIN of a server that knows {@link account}. */
export function plainServer(): ServerLogin {
  return (message) => {
    if (message?.toString() !== `\0${account.user}\0${account.password}`) throw new Refusal();
    return { complete: true };
  };
}

/** Has a daemon want SASL. @returns what the clients chose. */
export function wantSasl(daemon: FakeDaemon, mechanisms: Readonly<Record<string, () => ServerLogin>>): string[] {
  const chosen: string[] = [];
  const logins = new Map<Peer, ServerLogin>();
  const answer = (peer: Peer, { nil, data }: { nil: number; data: Uint8Array }): object => {
    try {
      const turn = logins.get(peer)?.(nil === 1 ? undefined : Buffer.from(data));
      return {
        complete: turn?.complete === true ? 1 : 0,
        nil: turn?.data ? 0 : 1,
        data: turn?.data ?? Buffer.alloc(0),
      };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return new Failure({ code: 45, domain: 7, message: 'authentication failed: authentication failed' });
    }
  };
  daemon.on(procedures.authList, () => ({ types: [1] }));
  daemon.on(procedures.authSaslInit, () => ({ mechlist: Object.keys(mechanisms).join(',') }));
  daemon.on(procedures.authSaslStart, ({ args, peer }) => {
    chosen.push(args.mech);
    logins.set(peer, (mechanisms[args.mech] as () => ServerLogin)());
    return answer(peer, args) as never;
  });
  daemon.on(procedures.authSaslStep, ({ args, peer }) => answer(peer, args) as never);
  return chosen;
}
