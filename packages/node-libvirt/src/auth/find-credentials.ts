import { readAuthFile } from '../config/auth-file.ts';
import type { Environment } from '../config/environment.ts';
import type { Target } from '../config/resolve-target.ts';
import type { Credentials, CredentialsRequest, CredentialsSource } from './credentials.ts';

/** Finds the credentials of a connection; asks again for none that it has. */
export type CredentialsFinder = (
  request: Pick<CredentialsRequest, 'service' | 'mechanism' | 'realm' | 'signal'>,
) => Promise<Credentials | undefined>;

/**
 * Finds credentials: what the option gives, and libvirt's `auth.conf` for what it leaves open. Further sockets of the
 * connection take what the first one got.
 */
export function credentialsFinder(
  source: CredentialsSource | undefined,
  target: Target,
  environment: Environment,
): CredentialsFinder {
  const found = new Map<string, Promise<Credentials | undefined>>();
  const host = target.host ?? 'localhost';
  const find = async (request: Parameters<CredentialsFinder>[0]): Promise<Credentials | undefined> => {
    const given = typeof source === 'function' ? await source({ ...request, host, user: target.user }) : source;
    if (given?.user !== undefined && given.password !== undefined) return given;
    const { authfile } = target.parameters;
    const filed = await readAuthFile(request.service, host, authfile, environment);
    const user = target.user === undefined ? {} : { user: target.user };
    return given === undefined && filed === undefined ? undefined : { ...filed, ...user, ...withoutGaps(given) };
  };
  return (request) => {
    const key = JSON.stringify([request.service, request.mechanism, request.realm]);
    const known = found.get(key) ?? find(request);
    found.set(key, known);
    known.catch(() => found.delete(key));
    return known;
  };
}

function withoutGaps(credentials: Credentials | undefined): Credentials {
  return Object.fromEntries(Object.entries(credentials ?? {}).filter(([, value]) => value !== undefined));
}
