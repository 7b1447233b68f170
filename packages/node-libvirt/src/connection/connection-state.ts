import type { LibvirtError } from '../error/libvirt-error.ts';

/** What becomes of a connection. */
export type ConnectionState =
  /** Calls can be made. */
  | 'connected'
  /** It was lost; attempts to come back are under way or will be with the next call. */
  | 'disconnected'
  /** It was closed, or gave up. */
  | 'closed';

/** A change of a connection's state. */
export interface ConnectionStateEvent {
  readonly type: 'state';
  readonly state: ConnectionState;
  /** What ended it or keeps it from coming back. */
  readonly error: LibvirtError | undefined;
  /** How many attempts to come back have failed since it was lost. */
  readonly attempts: number;
}
