import type { LibvirtUri } from '../uri/parse-uri.ts';

/** What decides where a machine's sockets are. */
export interface SocketEnvironment {
  /** The user's number; 0 is root. */
  readonly userId: number;
  readonly runtimeDirectory: string | undefined;
  readonly cacheDirectory: string | undefined;
  readonly homeDirectory: string;
}

/** The environment of this process. */
export function processEnvironment(): SocketEnvironment {
  return {
    userId: process.geteuid?.() ?? 0,
    runtimeDirectory: process.env['XDG_RUNTIME_DIR'] || undefined,
    cacheDirectory: process.env['XDG_CACHE_HOME'] || undefined,
    homeDirectory: process.env['HOME'] ?? '/',
  };
}

/**
 * The sockets at which a URI's daemon may listen, best first: the driver's modular daemon (`virtqemud`), then libvirtd.
 * `/session` means the user's own daemon, and so does any path but `/system` for users other than root.
 *
 * @param readOnly - Whether the socket for reading is wanted; only the system's daemons have one.
 */
export function socketCandidates(uri: LibvirtUri, readOnly: boolean, environment: SocketEnvironment): string[] {
  if (uri.socketPath !== undefined) return [uri.socketPath];
  const session = uri.path === '/session' || (uri.path !== '/system' && environment.userId !== 0);
  const suffix = readOnly && !session ? 'sock-ro' : 'sock';
  const directory = session ? sessionDirectory(environment) : '/run/libvirt';
  const daemons = {
    auto: [`virt${uri.driver}d`, 'libvirt'],
    direct: [`virt${uri.driver}d`],
    legacy: ['libvirt'],
  }[uri.mode];
  return daemons.map((daemon) => `${directory}/${daemon}-${suffix}`);
}

function sessionDirectory({ runtimeDirectory, cacheDirectory, homeDirectory }: SocketEnvironment): string {
  return `${runtimeDirectory ?? cacheDirectory ?? `${homeDirectory}/.cache`}/libvirt`;
}
