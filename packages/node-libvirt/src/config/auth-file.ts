import type { Credentials } from '../auth/credentials.ts';
import { connectError } from '../transport/connect-error.ts';
import { readIfThere } from './client-config.ts';
import { configError } from './config-error.ts';
import { configDirectory, type Environment } from './environment.ts';

type Groups = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Looks a login up in libvirt's `auth.conf`: the one in `LIBVIRT_AUTH_FILE`, else the URI's `authfile`, else the user's,
 * else the system's. A host that has no group of its own takes that of `default`.
 *
 * @throws {LibvirtError} LIBVIRT_CONFIG_INVALID when the file can't be read or refers to a group that is not there;
 * LIBVIRT_CREDENTIALS_INVALID when the file that was named is missing.
 * @see https://libvirt.org/auth.html
 */
export async function readAuthFile(
  service: 'libvirt' | 'ssh',
  host: string,
  authfile: string | undefined,
  environment: Environment,
): Promise<Credentials | undefined> {
  const named = environment.variables['LIBVIRT_AUTH_FILE'] || authfile;
  const paths = named === undefined ? [`${configDirectory(environment)}/auth.conf`, '/etc/libvirt/auth.conf'] : [named];
  for (const path of paths) {
    const text = await readIfThere(path);
    if (text !== undefined) return lookUp(parseGroups(text, path), service, host, path);
  }
  if (named === undefined) return undefined;
  throw connectError('LIBVIRT_CREDENTIALS_INVALID', `the file of credentials ${named} is not there`);
}

function lookUp(groups: Groups, service: string, host: string, path: string): Credentials | undefined {
  const name = [`auth-${service}-${host}`, `auth-${service}-default`].find((group) => groups.has(group));
  if (name === undefined) return undefined;
  const set = groups.get(name)?.get('credentials');
  if (set === undefined) throw configError(path, undefined, `the group [${name}] has no "credentials"`);
  const credentials = groups.get(`credentials-${set}`);
  if (credentials === undefined) {
    throw configError(path, undefined, `the group [credentials-${set}] that [${name}] refers to is not there`);
  }
  return {
    user: credentials.get('authname') ?? credentials.get('username'),
    password: credentials.get('password'),
    realm: credentials.get('realm'),
  };
}

/** Reads the groups of a key file: `[group]`, then `key=value`; lines that begin with `#` say nothing. */
function parseGroups(text: string, path: string): Groups {
  const groups = new Map<string, Map<string, string>>();
  let group: Map<string, string> | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const name = /^\s*\[([^\]]+)\]\s*$/.exec(line)?.[1];
    const [, key, value] = /^\s*([\w-]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      group = groups.get(name) ?? new Map<string, string>();
      groups.set(name, group);
    } else if (group !== undefined && key !== undefined && value !== undefined) {
      group.set(key, unescapeValue(value));
    } else {
      throw configError(path, index + 1, 'expected "[group]", or "key=value" in a group');
    }
  }
  return groups;
}

/** A key file's own escapes: blanks at the ends, tabs, line ends and backslashes. */
function unescapeValue(value: string): string {
  const characters: Readonly<Record<string, string>> = { s: ' ', n: '\n', t: '\t', r: '\r', '\\': '\\' };
  return value.replace(/\\([sntr\\])/g, (_, letter: string) => characters[letter] ?? letter);
}
