import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readIfThere } from '../config/client-config.ts';
import type { Environment } from '../config/environment.ts';
import type { Target } from '../config/resolve-target.ts';
import { connectError } from './connect-error.ts';
import type { TlsOptions } from './tls-options.ts';

/** What proves the daemon's identity to us, and ours to it. */
export interface TlsCredentials {
  readonly ca: string | Buffer | undefined;
  readonly crl: string | Buffer | undefined;
  readonly cert: string | Buffer | undefined;
  readonly key: string | Buffer | undefined;
  /** Our certificate in words: where it comes from and how long it holds. */
  readonly identity: string;
}

interface Files {
  readonly ca: string;
  readonly crl: string;
  readonly cert: string;
  readonly key: string;
}

const systemFiles: Files = {
  ca: '/etc/pki/CA/cacert.pem',
  crl: '/etc/pki/CA/cacrl.pem',
  cert: '/etc/pki/libvirt/clientcert.pem',
  key: '/etc/pki/libvirt/private/clientkey.pem',
};

/**
 * Finds the certificates where libvirt does: in the URI's `pkipath`, else in `~/.pki/libvirt` (of users other than
 * root), and what is missing there in `/etc/pki`. A certificate of ours is left out where there is none; the CA's is
 * needed unless the URI says `no_verify=1`.
 *
 * @throws {LibvirtError} LIBVIRT_CREDENTIALS_INVALID when one is missing, can't be read or is none.
 */
export async function findTlsCredentials(
  target: Target,
  environment: Environment,
  options: TlsOptions = {},
): Promise<TlsCredentials> {
  const { pkipath } = target.parameters;
  const places = pkipath === undefined ? standardPlaces(environment) : [filesIn(pkipath)];
  const own = options.cert !== undefined || options.key !== undefined;
  const ca = options.ca ?? (await firstOf(places.map((files) => files.ca)));
  const crl = options.crl ?? (options.ca === undefined ? await firstOf(places.map((files) => files.crl)) : undefined);
  const identity = own ? options : await firstPair(places);

  if (ca === undefined && !isSet(target, 'no_verify')) {
    const paths = places.map((files) => files.ca).join(' and no ');
    throw invalid(
      `there is no ${paths} to know the daemon by; install the CA's certificate there, or name its folder by "?pkipath=FOLDER"`,
    );
  }
  if ((identity?.cert === undefined) !== (identity?.key === undefined)) {
    throw invalid('the option "tls" needs cert and key together, but has only one of them');
  }
  if (pkipath !== undefined && identity === undefined) {
    throw invalid(`"pkipath" needs ${pkipath}/clientcert.pem and ${pkipath}/clientkey.pem, but one is missing`);
  }
  checkCertificate(ca, "the CA's certificate");
  const certificate = checkCertificate(identity?.cert, 'our certificate');
  checkKey(identity?.key, options.passphrase);
  return {
    ca,
    crl,
    cert: identity?.cert,
    key: identity?.key,
    identity: certificate === undefined ? 'none, as none was found' : describe(certificate),
  };
}

/** Whether a parameter of the URI is a number other than 0. */
export function isSet({ parameters }: Pick<Target, 'parameters'>, name: string): boolean {
  return Number(parameters[name] ?? 0) !== 0;
}

function standardPlaces({ userId, homeDirectory }: Environment): readonly Files[] {
  return userId === 0 ? [systemFiles] : [filesIn(`${homeDirectory}/.pki/libvirt`), systemFiles];
}

function filesIn(directory: string): Files {
  return {
    ca: `${directory}/cacert.pem`,
    crl: `${directory}/cacrl.pem`,
    cert: `${directory}/clientcert.pem`,
    key: `${directory}/clientkey.pem`,
  };
}

async function firstOf(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const pem = await readIfThere(path);
    if (pem !== undefined) return pem;
  }
  return undefined;
}

/** A certificate without its key is as good as none. */
async function firstPair(places: readonly Files[]): Promise<{ cert: string; key: string } | undefined> {
  for (const files of places) {
    const [cert, key] = await Promise.all([readIfThere(files.cert), readIfThere(files.key)]);
    if (cert !== undefined && key !== undefined) return { cert, key };
  }
  return undefined;
}

function checkCertificate(pem: string | Buffer | undefined, what: string): X509Certificate | undefined {
  try {
    return pem === undefined ? undefined : new X509Certificate(pem);
  } catch (error) {
    throw invalid(`${what} is no certificate in PEM form`, error);
  }
}

function checkKey(pem: string | Buffer | undefined, passphrase: string | undefined): void {
  try {
    if (pem !== undefined) createPrivateKey({ key: pem, passphrase });
  } catch (error) {
    throw invalid('our private key can not be used: it is no key in PEM form, or the passphrase is wrong', error);
  }
}

function describe({ subject, validFrom, validTo }: X509Certificate): string {
  return `${subject.replaceAll('\n', ', ')}, valid from ${validFrom} to ${validTo}`;
}

function invalid(message: string, cause?: unknown): ReturnType<typeof connectError> {
  return connectError('LIBVIRT_CREDENTIALS_INVALID', `TLS: ${message}`, { cause });
}
