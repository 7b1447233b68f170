import { channel, type Channel } from 'node:diagnostics_channel';

/** A call left for the daemon; published on `node-libvirt:call`. */
export interface CallDiagnostic {
  /** Which daemon: the connection's URI without credentials. */
  readonly uri: string;
  /** Which socket of this process, counted from 1. */
  readonly socket: number;
  /** The call's number on that socket. */
  readonly serial: number;
  /** What was called; never its arguments, which may hold secrets. */
  readonly procedure: string;
}

/** A call ended; published on `node-libvirt:reply`. */
export interface ReplyDiagnostic extends CallDiagnostic {
  /** From the call to its answer or the end of the wait, in milliseconds. */
  readonly durationMs: number;
  /** The code of the error that the caller got, if it got one. */
  readonly errorCode: string | undefined;
}

/** The daemon sent an event; published on `node-libvirt:event`. */
export interface EventDiagnostic {
  readonly uri: string;
  readonly socket: number;
  /** The message's number in the protocol's program. */
  readonly program: number;
  readonly procedure: number;
}

/** A connection's state changed; published on `node-libvirt:state`. */
export interface StateDiagnostic {
  readonly uri: string;
  readonly state: string;
  /** How many attempts to come back have failed since the connection was lost. */
  readonly attempts: number;
  readonly errorCode: string | undefined;
}

/**
 * What this package tells `node:diagnostics_channel`. Nothing is made up for it while nobody subscribes, and no argument
 * or answer ever stands in it.
 *
 * @example
 * ```ts
 * import { subscribe, unsubscribe } from 'node:diagnostics_channel';
 * import { procedures, type ReplyDiagnostic } from 'node-libvirt';
 * import { FakeDaemon } from 'node-libvirt/testing';
 *
 * const seen: string[] = [];
 * const onReply = (message: unknown): void => void seen.push((message as ReplyDiagnostic).procedure);
 * subscribe('node-libvirt:reply', onReply);
 *
 * const daemon = await FakeDaemon.start();
 * daemon.on(procedures.connectGetHostname, () => ({ hostname: 'tiny' }));
 * const connection = await daemon.connect();
 * await connection.getHostname();
 * await connection.close();
 * await daemon.stop();
 *
 * unsubscribe('node-libvirt:reply', onReply);
 * seen // => ['authList', 'connectOpen', 'connectGetHostname', 'connectClose']
 * ```
 */
export const diagnosticChannels: Readonly<Record<'call' | 'reply' | 'event' | 'state', Channel>> = {
  call: channel('node-libvirt:call'),
  reply: channel('node-libvirt:reply'),
  event: channel('node-libvirt:event'),
  state: channel('node-libvirt:state'),
};
