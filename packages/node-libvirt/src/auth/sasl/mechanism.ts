import type { PasswordCredentials } from '../credentials.ts';

/** What a mechanism is told about the login that it is for. */
export interface SaslContext {
  /** The name of the service; libvirt's is always `libvirt`. */
  readonly service: string;
  /** The daemon's machine. */
  readonly host: string;
  /**
   * The least strength, in bits, of the encryption that the mechanism must agree on with the daemon, because nothing
   * else protects the connection; 0 where TLS or a unix socket does.
   */
  readonly minSsf: number;
  /**
   * Asks for the login's credentials.
   *
   * @param realm - The realm that the server names, when it names one.
   * @throws {LibvirtError} LIBVIRT_CREDENTIALS_INVALID when there are none.
   */
  readonly credentials: (realm?: string) => Promise<PasswordCredentials>;
}

/** The encryption that a login agreed on, for all that follows it. */
export interface SecurityLayer {
  /** Its strength in bits. */
  readonly ssf: number;
  /** The most bytes that {@link SecurityLayer.wrap} takes at a time. */
  readonly maxBytes: number;
  /** Makes a packet of bytes to send; without the four bytes of its length. */
  wrap(bytes: Buffer): Buffer;
  /** Opens a packet. @throws {Error} when somebody has changed it. */
  unwrap(packet: Buffer): Buffer;
}

/** One login. */
export interface SaslExchange {
  /** What to send with the mechanism's name; undefined when the server speaks first. */
  start(): Buffer | undefined | Promise<Buffer | undefined>;
  /**
   * Answers the server.
   *
   * @param challenge - What the server sent; undefined is not the same as nothing (`Buffer.alloc(0)`).
   * @throws {LibvirtError} LIBVIRT_SERVER_UNTRUSTED when the server does not know the password either.
   */
  step(challenge: Buffer | undefined): Buffer | undefined | Promise<Buffer | undefined>;
  /** Whether the server has proven all that it must; a login that ends before is refused. */
  readonly isComplete: boolean;
  /** The encryption agreed on, when there is one. */
  readonly layer?: SecurityLayer | undefined;
}

/**
 * A way to log in (RFC 4422). Those of the package are PLAIN, SCRAM-SHA-1, -256 and -512, DIGEST-MD5, GSSAPI, EXTERNAL
 * and ANONYMOUS; give your own by the option `sasl.mechanisms`.
 */
export interface SaslMechanism {
  /** Its registered name, in capitals. */
  readonly name: string;
  /** The strength in bits of the best encryption that it can agree on; 0 for none. */
  readonly maxSsf: number;
  /** Whether it hands the daemon the password itself. */
  readonly revealsPassword: boolean;
  /** Begins a login. */
  begin(context: SaslContext): SaslExchange;
}
