import { loginName } from '../credentials.ts';
import type { SaslMechanism } from './mechanism.ts';
import { saslPrep } from './sasl-prep.ts';

/** PLAIN (RFC 4616): the password as it is, so never over a connection that is not encrypted. */
export const plain: SaslMechanism = {
  name: 'PLAIN',
  maxSsf: 0,
  revealsPassword: true,
  begin: ({ credentials }) => ({
    isComplete: true,
    async start() {
      const login = await credentials();
      const texts = [login.authorizationId ?? '', loginName(login), login.password];
      return Buffer.from(texts.map((text) => saslPrep(text)).join('\0'));
    },
    step: () => undefined,
  }),
};
