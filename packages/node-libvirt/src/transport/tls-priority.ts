import type { SecureVersion } from 'node:tls';
import { clientError } from '../error/libvirt-error.ts';

const versions: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const bases: ReadonlySet<string> = new Set([
  'NORMAL',
  '@SYSTEM',
  '@LIBVIRT',
  'SYSTEM',
  'PFS',
  'SECURE128',
  'SECURE192',
  'SECURE256',
  'SUITEB128',
]);

/**
 * Reads as much of a GnuTLS priority string as Node can follow: a general word (`NORMAL`, `@SYSTEM`, `SECURE128` ...)
 * and which versions of TLS may be used (`-VERS-TLS1.3`, `+VERS-TLS1.2`, `-VERS-ALL`).
 *
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for any other word, as to leave one out could weaken the connection.
 */
export function tlsVersions(priority: string): { minVersion: SecureVersion; maxVersion: SecureVersion } {
  let allowed = new Set<SecureVersion>(['TLSv1.2', 'TLSv1.3']);
  for (const [index, word] of priority.split(':').entries()) {
    if (index === 0 && word.split(',').every((base) => bases.has(base))) continue;
    const [, sign, name] = /^([-+!])VERS-(.+)$/.exec(word) ?? [];
    const named = name === undefined ? [] : versionsOf(name);
    if (named.length === 0 && !/^[-!]VERS-(?:SSL|DTLS)/.test(word)) throw unsupported(priority, word);
    allowed = new Set(
      sign === '+' ? [...allowed, ...named] : [...allowed].filter((version) => !named.includes(version)),
    );
  }
  const sorted = versions.filter((version) => allowed.has(version));
  const [minVersion, maxVersion] = [sorted[0], sorted.at(-1)];
  if (minVersion === undefined || maxVersion === undefined) throw unsupported(priority, 'no version of TLS at all');
  return { minVersion, maxVersion };
}

function versionsOf(name: string): readonly SecureVersion[] {
  if (name === 'ALL' || name === 'TLS-ALL') return versions;
  const version = name === 'TLS1.0' ? 'TLSv1' : name.replace(/^TLS/, 'TLSv');
  return versions.filter((known) => known === version);
}

function unsupported(priority: string, word: string): Error {
  return clientError(
    'LIBVIRT_ARGUMENT_INVALID',
    'invalid',
    `tls_priority "${priority}": "${word}" can not be followed; known are NORMAL, SECURE128, @SYSTEM and the like, and versions as in "NORMAL:-VERS-TLS1.3"; name ciphers by the option "tls"`,
  );
}
