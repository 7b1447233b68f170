import type { SaslMechanism } from './mechanism.ts';

/** ANONYMOUS (RFC 4505): nobody in particular. */
export const anonymous: SaslMechanism = {
  name: 'ANONYMOUS',
  maxSsf: 0,
  revealsPassword: false,
  begin: () => ({ isComplete: true, start: () => Buffer.from('node-libvirt'), step: () => undefined }),
};
