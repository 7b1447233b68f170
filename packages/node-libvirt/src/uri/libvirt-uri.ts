import type { UriParameters } from './query.ts';

/** The drivers that a libvirt daemon serves; `remote` leaves the choice to it. */
export const daemonDrivers: readonly string[] = [
  'qemu',
  'lxc',
  'xen',
  'ch',
  'bhyve',
  'vbox',
  'vz',
  'test',
  'network',
  'storage',
  'nodedev',
  'nwfilter',
  'interface',
  'secret',
  'remote',
];

/** The ways to a daemon. */
export const transports = ['unix', 'tcp', 'tls', 'ssh', 'libssh', 'libssh2', 'ext'] as const;

/**
 * A way to a daemon: a socket of this machine, TCP, TLS, the system's `ssh`, the npm package `ssh2` (libvirt's names for
 * an SSH client in the process are `libssh` and `libssh2`), or a command of your own (`ext`).
 */
export type LibvirtTransport = (typeof transports)[number];

/** A connection URI in its parts. */
export interface LibvirtUri {
  /** The hypervisor driver: `qemu`, `lxc`, `test`, ... */
  readonly driver: string;
  /** How the daemon is reached. */
  readonly transport: LibvirtTransport;
  /** Who logs in, over SSH. */
  readonly user: string | undefined;
  /** The name or address of the daemon's machine, without brackets; absent for this machine. */
  readonly host: string | undefined;
  /** The port there. @default 16509 for TCP, 16514 for TLS, for SSH what its configuration says */
  readonly port: number | undefined;
  /** The driver's path: `/system`, `/session`, `/default`, or a file of the daemon's machine. */
  readonly path: string;
  /** The socket to use instead of the standard ones; over SSH, a socket of that machine. */
  readonly socketPath: string | undefined;
  /** Whether the modular daemon of the driver (`direct`), libvirtd (`legacy`), or the first that is there is asked. */
  readonly mode: 'auto' | 'direct' | 'legacy';
  /** All parameters of the query, by names in small letters; of two with one name the last. */
  readonly parameters: UriParameters;
  /** What the daemon itself is asked to open: the URI without what only concerns the way to it. */
  readonly daemonUri: string;
}
