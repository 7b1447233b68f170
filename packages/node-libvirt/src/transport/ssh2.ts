import type { Duplex, Readable } from 'node:stream';
import { clientError } from '../error/libvirt-error.ts';

/** What is used of the npm package `ssh2`. */
export interface Ssh2 {
  readonly Client: new () => Ssh2Client;
}

/** An SSH connection of `ssh2`. */
export interface Ssh2Client {
  connect(config: Ssh2Config): unknown;
  exec(command: string, callback: (error: Error | undefined, channel: Ssh2Channel) => void): unknown;
  end(): unknown;
  destroy(): unknown;
  on(event: 'ready' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error & { readonly level?: string }) => void): unknown;
  on(event: 'keyboard-interactive', listener: KeyboardListener): unknown;
}

/** Answers the questions of a server. */
export type KeyboardListener = (
  name: string,
  instructions: string,
  language: string,
  prompts: readonly unknown[],
  finish: (answers: readonly string[]) => void,
) => void;

/** A command that runs over there, as a stream. */
export type Ssh2Channel = Duplex & { readonly stderr: Readable };

/** How `ssh2` connects. */
export interface Ssh2Config {
  readonly sock: Duplex;
  readonly username: string;
  readonly password?: string;
  readonly privateKey?: string;
  readonly passphrase?: string;
  readonly agent?: string;
  readonly tryKeyboard?: boolean;
  readonly authHandler: readonly string[];
  readonly hostVerifier: (key: Buffer, verified: (accepted: boolean) => void) => void;
  readonly readyTimeout: number;
}

/**
 * Loads the npm package `ssh2`, an optional peer.
 *
 * @throws {LibvirtError} LIBVIRT_TRANSPORT_UNSUPPORTED when it is not installed.
 */
export async function loadSsh2(name: string = 'ssh2'): Promise<Ssh2> {
  try {
    const loaded = (await import(name)) as Ssh2 & { readonly default?: Ssh2 };
    return loaded.default ?? loaded;
  } catch (error) {
    const message = `the transports libssh and libssh2 need the package ssh2, which is not installed: "npm install ssh2", or use the system's ssh (qemu+ssh://...)`;
    throw clientError('LIBVIRT_TRANSPORT_UNSUPPORTED', 'unsupported', message, { cause: error });
  }
}
