import type { SaslExchange } from '../../../src/auth/sasl/mechanism.ts';
import { scram } from '../../../src/auth/sasl/scram.ts';

/** Begins a login with a nonce that is known. */
export function beginScram(
  digest: 'sha1' | 'sha256',
  nonce: string,
  credentials = { user: 'user', password: 'pencil' },
): SaslExchange {
  return scram(digest, 'SCRAM', () => nonce).begin({
    service: 'libvirt',
    host: 'host',
    minSsf: 0,
    credentials: () => Promise.resolve(credentials),
  });
}
