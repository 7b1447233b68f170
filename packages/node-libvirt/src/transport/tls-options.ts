/** What TLS uses instead of the files that libvirt would look for. PEM, as text or bytes. */
export interface TlsOptions {
  /** The certificates of who may vouch for the daemon. @default `cacert.pem` */
  readonly ca?: string | Buffer | undefined;
  /** Our certificate, with those in between. @default `clientcert.pem` */
  readonly cert?: string | Buffer | undefined;
  /** Its private key. @default `clientkey.pem` */
  readonly key?: string | Buffer | undefined;
  /** What opens the key. */
  readonly passphrase?: string | undefined;
  /** Certificates that are revoked. @default `cacrl.pem` */
  readonly crl?: string | Buffer | undefined;
  /** The name that the daemon's certificate must bear. @default the URI's host */
  readonly serverName?: string | undefined;
  /** OpenSSL's names of the ciphers to use. @default Node's */
  readonly ciphers?: string | undefined;
}
