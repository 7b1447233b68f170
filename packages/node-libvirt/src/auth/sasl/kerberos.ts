import { clientError } from '../../error/libvirt-error.ts';

/** What is used of the npm package `kerberos`. */
export interface Kerberos {
  readonly GSS_C_MUTUAL_FLAG: number;
  readonly GSS_C_SEQUENCE_FLAG: number;
  readonly GSS_C_INTEG_FLAG: number;
  /** Begins a login at a service, `libvirt@HOST`. */
  initializeClient(service: string, options: { readonly gssFlag: number }): Promise<KerberosClient>;
}

/** A login of `kerberos`; bytes go in and out as Base64. */
export interface KerberosClient {
  /** Whether both sides have proven who they are. */
  readonly contextComplete: boolean;
  step(challenge: string): Promise<string>;
  /** Chooses no encryption among what is offered. */
  wrap(offer: string, options: { readonly user: string }): Promise<string>;
  unwrap(packet: string): Promise<string>;
}

/**
 * Loads the npm package `kerberos`, an optional peer.
 *
 * @throws {LibvirtError} LIBVIRT_AUTH_UNSUPPORTED when it is not installed.
 */
export async function loadKerberos(name: string = 'kerberos'): Promise<Kerberos> {
  try {
    const loaded = (await import(name)) as Kerberos & { readonly default?: Kerberos };
    return loaded.default ?? loaded;
  } catch (error) {
    const message = `GSSAPI needs the package kerberos, which is not installed: "npm install kerberos"; it compiles against Kerberos' own library (Debian: libkrb5-dev)`;
    throw clientError('LIBVIRT_AUTH_UNSUPPORTED', 'unsupported', message, { cause: error });
  }
}
