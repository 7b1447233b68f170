import { clientError } from '../../error/libvirt-error.ts';
import { anonymous } from './anonymous.ts';
import { digestMd5 } from './digest-md5.ts';
import { external } from './external.ts';
import { gssapi } from './gssapi.ts';
import type { SaslMechanism } from './mechanism.ts';
import { plain } from './plain.ts';
import { scram } from './scram.ts';

/** The mechanisms of the package that prove a password, best first. */
export const saslMechanisms: readonly SaslMechanism[] = [
  scram('sha512', 'SCRAM-SHA-512'),
  scram('sha256', 'SCRAM-SHA-256'),
  scram('sha1', 'SCRAM-SHA-1'),
  digestMd5(),
  plain,
];

/** Those that ask for no password, but for something that not everybody has, or for nothing. */
const onlyWhenNamed: readonly SaslMechanism[] = [gssapi(), external, anonymous];

/** Which mechanisms may be used, and how. */
export interface SaslOptions {
  /**
   * The mechanisms to use, best first: names of the package's own, GSSAPI, EXTERNAL and ANONYMOUS among them, or
   * mechanisms that you wrote.
   *
   * @default SCRAM-SHA-512, SCRAM-SHA-256, SCRAM-SHA-1, DIGEST-MD5, PLAIN
   */
  readonly mechanisms?: readonly (string | SaslMechanism)[] | undefined;
  /**
   * Log in even where nothing encrypts the connection, PLAIN with the password for everyone to read included.
   *
   * @default false
   */
  readonly allowUnencrypted?: boolean | undefined;
}

/** The mechanisms that the caller lets us use. @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for an unknown name. */
export function allowedMechanisms(options: SaslOptions | undefined): readonly SaslMechanism[] {
  const known = [...saslMechanisms, ...onlyWhenNamed];
  return (options?.mechanisms ?? saslMechanisms).map((asked) => {
    if (typeof asked !== 'string') return asked;
    const mechanism = known.find(({ name }) => name === asked.toUpperCase());
    if (mechanism !== undefined) return mechanism;
    throw clientError(
      'LIBVIRT_ARGUMENT_INVALID',
      'invalid',
      `sasl.mechanisms: "${asked}" is not among ${known.map(({ name }) => name).join(', ')}; give a SaslMechanism of your own`,
    );
  });
}

/** Why a mechanism can not be used over a connection; undefined when it can. */
export function obstacle(mechanism: SaslMechanism, minSsf: number): string | undefined {
  if (mechanism.maxSsf >= minSsf) return undefined;
  return mechanism.revealsPassword
    ? 'would show the password, as nothing encrypts the connection'
    : 'encrypts nothing, and nothing else encrypts the connection';
}
