/** Whose connection it is: what decides where sockets, certificates and configuration files are. */
export interface Environment {
  /** The user's number; 0 is root. */
  readonly userId: number;
  readonly homeDirectory: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** The environment of this process. */
export function processEnvironment(): Environment {
  return {
    userId: process.geteuid?.() ?? 0,
    homeDirectory: process.env['HOME'] ?? '/',
    variables: process.env,
  };
}

/** The user's folder of libvirt's configuration. */
export function configDirectory({ variables, homeDirectory }: Environment): string {
  return `${variables['XDG_CONFIG_HOME'] || `${homeDirectory}/.config`}/libvirt`;
}

/** The user's folder of sockets. */
export function runtimeDirectory({ variables, homeDirectory }: Environment): string {
  return `${variables['XDG_RUNTIME_DIR'] || variables['XDG_CACHE_HOME'] || `${homeDirectory}/.cache`}/libvirt`;
}
