import { timingSafeEqual } from '../wire/timing-safe-equal.ts';
import { MonitoringError } from '../error.ts';
import type { LabelSelector } from '../store/label-selector.ts';

/** What somebody may do: `read` asks queries, `write` sends samples, `admin` sees how the store is doing. */
export type Scope = 'read' | 'write' | 'admin';

/** Somebody who uses the API. */
export interface Principal {
  /** Who it is, for the audit record. */
  readonly name: string;
  /** What they may do. @default read */
  readonly scopes?: readonly Scope[] | undefined;
  /**
   * The series that they may see and write, by their labels, and by the metric's name as `__name__`; other series are not
   * there for them.
   * @default all
   */
  readonly series?: LabelSelector | undefined;
}

/** Who is let in, and how they prove who they are. */
export interface Authentication {
  /** Who bears which token: `Authorization: Bearer TOKEN`. */
  readonly bearer?: Readonly<Record<string, Principal>> | undefined;
  /** Who has which password, by user name: `Authorization: Basic ...`. */
  readonly basic?: Readonly<Record<string, { readonly password: string; readonly principal: Principal }>> | undefined;
  /**
   * Tells who sent a request by something else: the client's certificate, a session. Asked first; nothing means that it
   * does not know.
   */
  readonly identify?:
    | ((request: Request, connection: unknown) => Principal | undefined | Promise<Principal | undefined>)
    | undefined;
}

/** Who anybody is where no authentication is asked for. */
export const anybody: Principal = { name: 'anybody', scopes: ['read', 'write', 'admin'] };

/**
 * Finds out who sent a request.
 *
 * @param connection - What the server knows of the connection, handed on to `identify`.
 * @throws {MonitoringError} NOVA_MONITORING_AUTH_EXPIRED when nobody known did; the message never holds what was sent.
 */
export async function authenticate(
  request: Request,
  connection: unknown,
  { bearer = {}, basic = {}, identify }: Authentication,
): Promise<Principal> {
  const known = await identify?.(request, connection);
  if (known !== undefined) return known;
  const [, scheme = '', secret = ''] = /^(\S+)\s+(\S+)\s*$/.exec(request.headers.get('authorization') ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') {
    // All are compared, so that the time tells nothing.
    let found: Principal | undefined;
    for (const [token, principal] of Object.entries(bearer)) if (timingSafeEqual(token, secret)) found = principal;
    if (found !== undefined) return found;
  }
  if (scheme.toLowerCase() === 'basic') {
    const { user, password } = readBasic(secret);
    const account = Object.hasOwn(basic, user) ? basic[user] : undefined;
    const right = timingSafeEqual(account?.password ?? '', password);
    if (account !== undefined && right) return account.principal;
  }
  const message = scheme === '' ? 'The request has no Authorization' : 'The request is by nobody who is known here';
  throw new MonitoringError({ kind: 'auth-expired', message });
}

/**
 * Checks what somebody may do.
 *
 * @throws {MonitoringError} NOVA_MONITORING_PERMISSION when they may not.
 */
export function assertScope({ name, scopes = ['read'] }: Principal, scope: Scope): void {
  if (scopes.includes(scope)) return;
  throw new MonitoringError({ kind: 'permission', message: `${name} may not ${scope} here`, details: { scope } });
}

/** How the server asks for a proof. */
export function challengeOf({ bearer, basic }: Authentication): string {
  const schemes = [bearer === undefined ? '' : 'Bearer', basic === undefined ? '' : 'Basic'].filter(
    (name) => name !== '',
  );
  return (schemes.length === 0 ? ['Bearer'] : schemes).map((scheme) => `${scheme} realm="metrics"`).join(', ');
}

function readBasic(secret: string): { readonly user: string; readonly password: string } {
  let text = '';
  try {
    text = new TextDecoder().decode(Uint8Array.from(atob(secret), (character) => character.charCodeAt(0)));
  } catch {
    // It is no Base64: then it is nobody's.
  }
  const colon = text.indexOf(':');
  return colon < 0 ? { user: '', password: '' } : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
