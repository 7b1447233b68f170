import { type LibvirtUri } from '../uri/libvirt-uri.ts';
import { parseUri } from '../uri/parse-uri.ts';
import { type ClientConfig, readClientConfig } from './client-config.ts';
import type { Environment } from './environment.ts';

/** The way to a daemon, with all that configuration says about it. */
export interface Target extends LibvirtUri {
  /** How a daemon of another machine is reached over SSH there. @default decided by the rest of the URI */
  readonly proxy: 'auto' | 'native' | 'netcat' | undefined;
  /** GnuTLS's words for what TLS may use. */
  readonly tlsPriority: string | undefined;
}

/** The daemon of this machine opens what it thinks best. */
const anyDriver = 'remote+unix:///';

/**
 * Finds out which daemon is meant, by the rules of `virConnectOpen`: an alias of `libvirt.conf`, and without a URI
 * `LIBVIRT_DEFAULT_URI`, then `uri_default` of `libvirt.conf`, then what the daemon of this machine serves.
 *
 * @throws {LibvirtError} LIBVIRT_URI_INVALID, LIBVIRT_TRANSPORT_UNSUPPORTED, LIBVIRT_CONFIG_INVALID.
 */
export async function resolveTarget(uri: string | undefined, environment: Environment): Promise<Target> {
  let config: ClientConfig | undefined;
  const configured = async (): Promise<ClientConfig> => (config ??= await readClientConfig(environment));

  let text = uri || environment.variables['LIBVIRT_DEFAULT_URI'] || (await configured()).uriDefault || anyDriver;
  if (/^[\w-]+$/.test(text)) text = (await configured()).uriAliases.get(text) ?? text;
  const parsed = parseUri(withoutShortcuts(text));

  const { transport, socketPath, parameters } = parsed;
  const { mode, proxy, tls_priority: tlsPriority } = parameters;
  const asksMode = transport === 'unix' && socketPath === undefined && mode === undefined;
  const asksProxy = (transport === 'ssh' || transport.startsWith('libssh')) && proxy === undefined;
  const asksPriority = transport === 'tls' && tlsPriority === undefined;
  // Most connections need nothing of the file: then it is left alone.
  if (asksMode || asksProxy || asksPriority) await configured();
  return {
    ...parsed,
    mode: asksMode ? (config?.remoteMode ?? 'auto') : parsed.mode,
    proxy: (proxy as Target['proxy']) ?? config?.remoteProxy,
    tlsPriority: tlsPriority ?? config?.tlsPriority,
  };
}

/** The names that Xen's driver had before there were URIs. */
function withoutShortcuts(text: string): string {
  return /^xen(?::\/\/)?$/i.test(text) ? 'xen:///system' : text;
}
