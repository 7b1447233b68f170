import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { recordCalls } from './record-calls.ts';

const run = promisify(execFile);

const record = process.env['NOVACRON_LAB_RECORD'];
if (record !== undefined) recordCalls(record);

/** The URI of the lab's libvirtd. */
export const labUri: string = process.env['NOVACRON_LAB'] ?? '';

/** The URI of the lab's second libvirtd, to which guests migrate. */
export const labPeerUri: string = process.env['NOVACRON_LAB_PEER'] ?? '';

/** The folder with the lab's guest: `vmlinuz` and `initrd.gz`. */
export const labGuest: string = process.env['NOVACRON_LAB_GUEST'] ?? '';

/** The socket in {@link labUri}. */
export const labSocket: string = new URLSearchParams(labUri.split('?')[1] ?? '').get('socket') ?? '';

/** The ways to daemons behind TCP, TLS, SSH, polkit and SASL. */
export interface LabWays {
  /** Ports of this machine's loopback. */
  readonly ports: Readonly<Record<'tcp' | 'tls' | 'saslTcp' | 'saslTls' | 'ssh' | 'kerberos', number>>;
  /** A socket at which polkit lets in root and the user `daemon`, and nobody else. */
  readonly gateSocket: string;
  /** A socket that wants SASL. */
  readonly vaultSocket: string;
  /** Holds the folders `client` and `stranger` with certificates that the daemons take, and don't. */
  readonly pki: string;
  /** A private key that the SSH server takes for root. */
  readonly sshKey: string;
  /** Who may log in by SASL. */
  readonly login: { readonly user: string; readonly password: string; readonly realm: string };
  /** Holds `krb5.conf`, `client.keytab` with a key for a user, and the npm package `kerberos`. */
  readonly kerberos: string;
}

/** The lab's ways. */
export function labWays(): LabWays {
  return JSON.parse(readFileSync(process.env['NOVACRON_LAB_WAYS'] ?? '', 'utf8')) as LabWays;
}

/** The URI of the test driver behind the lab's socket. */
export function testDriverUri(path: string = '/default'): string {
  return `test+unix://${path}?socket=${labSocket}`;
}

/** What virsh prints of the lab's libvirtd. */
export function virsh(...args: readonly string[]): Promise<string> {
  return virshAt(labUri, ...args);
}

/** What virsh prints of the daemon behind a URI. */
export async function virshAt(uri: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('virsh', ['-q', '-c', uri, ...args], { env: { ...process.env, LC_ALL: 'C' } });
  return stdout;
}

/** The JSON that a script of python3-libvirt prints; `connection` is open in it. */
export async function python(uri: string, script: string): Promise<unknown> {
  const code = `import json, sys, libvirt\nconnection = libvirt.open(sys.argv[1])\n${script}`;
  const { stdout } = await run('/usr/bin/python3', ['-c', code, uri]);
  return JSON.parse(stdout) as unknown;
}

let count = 0;

/** A name that nobody else in the lab uses. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${process.pid}-${++count}`;
}
