import { readFile } from 'node:fs/promises';
import { configError } from './config-error.ts';
import { configDirectory, type Environment } from './environment.ts';
import { type ConfigValue, parseConfig } from './parse-config.ts';

/** libvirt's configuration of its clients, `libvirt.conf`. */
export interface ClientConfig {
  /** Where it stands. */
  readonly path: string;
  readonly uriAliases: ReadonlyMap<string, string>;
  readonly uriDefault: string | undefined;
  readonly remoteMode: 'auto' | 'direct' | 'legacy' | undefined;
  readonly remoteProxy: 'auto' | 'native' | 'netcat' | undefined;
  readonly tlsPriority: string | undefined;
}

/** Where root's configuration is, and everybody else's own one. */
export function clientConfigPath(environment: Environment): string {
  return `${environment.userId === 0 ? '/etc/libvirt' : configDirectory(environment)}/libvirt.conf`;
}

/**
 * Reads `libvirt.conf`: root's in `/etc/libvirt`, of others in `$XDG_CONFIG_HOME/libvirt`. A missing one is empty.
 *
 * @throws {LibvirtError} LIBVIRT_CONFIG_INVALID when it can't be read or understood.
 */
export async function readClientConfig(environment: Environment): Promise<ClientConfig> {
  const path = clientConfigPath(environment);
  const values = parseConfig((await readIfThere(path)) ?? '', path);
  return {
    path,
    uriAliases: aliases(values.get('uri_aliases') ?? [], path),
    uriDefault: text(values, 'uri_default', path),
    remoteMode: choice(values, 'remote_mode', ['auto', 'direct', 'legacy'], path),
    remoteProxy: choice(values, 'remote_proxy', ['auto', 'native', 'netcat'], path),
    tlsPriority: text(values, 'tls_priority', path),
  };
}

/** The content of a file, or undefined where there is none. @throws {LibvirtError} LIBVIRT_CONFIG_INVALID */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw configError(path, undefined, `it can not be read: ${message}`, error);
  }
}

function aliases(value: ConfigValue, path: string): ReadonlyMap<string, string> {
  if (!Array.isArray(value)) throw configError(path, undefined, 'uri_aliases must be a list of strings');
  const entries = (value as readonly ConfigValue[]).map((item): [string, string] => {
    const match = typeof item === 'string' ? /^([\w-]+)=(.*)$/s.exec(item) : null;
    if (match?.[1] === undefined || match[2] === undefined) {
      throw configError(
        path,
        undefined,
        'each of uri_aliases must read "alias=driver://host/path", the alias of a-Z, 0-9, _ and -',
      );
    }
    return [match[1], match[2]];
  });
  // libvirt takes the first of a name
  return new Map(entries.reverse());
}

function text(values: ReadonlyMap<string, ConfigValue>, name: string, path: string): string | undefined {
  const value = values.get(name);
  if (value === undefined || typeof value === 'string') return value;
  throw configError(path, undefined, `${name} must be a string in quotes`);
}

function choice<Choice extends string>(
  values: ReadonlyMap<string, ConfigValue>,
  name: string,
  choices: readonly Choice[],
  path: string,
): Choice | undefined {
  const value = text(values, name, path);
  if (value === undefined) return undefined;
  const chosen = choices.find((choice) => choice === value);
  if (chosen === undefined) throw configError(path, undefined, `${name} must be one of ${choices.join(', ')}`);
  return chosen;
}
