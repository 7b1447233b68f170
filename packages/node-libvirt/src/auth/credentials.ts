/** What a user proves to be who they are with. */
export interface Credentials {
  /** Who logs in: SASL's authentication identity, libvirt's `authname`. */
  readonly user?: string | undefined;
  /** The password; of an SSH key, its passphrase. */
  readonly password?: string | undefined;
  /** The part of the server's users that the name belongs to. @default the server's own */
  readonly realm?: string | undefined;
  /** As whom to act, when it is not who logs in. */
  readonly authorizationId?: string | undefined;
}

/** Credentials that are complete. */
export interface PasswordCredentials extends Credentials {
  readonly user: string;
  readonly password: string;
}

/** The name of who logs in for mechanisms that know no realms: the daemon's SASL library takes it apart at the `@`. */
export function loginName({ user, realm }: PasswordCredentials): string {
  return realm === undefined ? user : `${user}@${realm}`;
}

/** What is known when credentials are needed. */
export interface CredentialsRequest {
  /** Whose login it is: a daemon's, or that of an SSH server on the way. */
  readonly service: 'libvirt' | 'ssh';
  /** The daemon's machine. */
  readonly host: string;
  /** SASL's name of the way, such as `SCRAM-SHA-256`. */
  readonly mechanism: string;
  /** The realm that the server names. */
  readonly realm: string | undefined;
  /** The user that the URI names. */
  readonly user: string | undefined;
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal | undefined;
}

/** Credentials, or who knows them; undefined goes on to libvirt's `auth.conf`. */
export type CredentialsSource =
  | Credentials
  | ((request: CredentialsRequest) => Credentials | undefined | Promise<Credentials | undefined>);
