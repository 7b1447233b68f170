import type { SaslMechanism } from './mechanism.ts';

/** EXTERNAL (RFC 4422, appendix A): the daemon knows us already, by our certificate or our unix user. */
export const external: SaslMechanism = {
  name: 'EXTERNAL',
  maxSsf: 0,
  revealsPassword: false,
  begin: () => ({ isComplete: true, start: () => Buffer.alloc(0), step: () => Buffer.alloc(0) }),
};
