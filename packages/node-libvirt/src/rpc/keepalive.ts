import { clientError, type LibvirtError } from '../error/libvirt-error.ts';
import {
  KEEPALIVE_PROC_PING,
  KEEPALIVE_PROC_PONG,
  KEEPALIVE_PROGRAM,
  KEEPALIVE_PROTOCOL_VERSION,
} from '../protocol/keepalive-constants.gen.ts';
import { VIR_NET_MESSAGE, VIR_NET_OK } from '../protocol/net-constants.gen.ts';
import type { Clock } from './clock.ts';
import { emptyFrame } from './frame.ts';

/** How a connection notices that the other side is gone without a word. */
export interface KeepaliveOptions {
  /** Milliseconds of silence after which the daemon is asked for a sign of life; 0 never asks. @default 5000 */
  readonly intervalMs?: number | undefined;
  /** How many questions may stay unanswered before the connection counts as lost; an integer from 0. @default 5 */
  readonly count?: number | undefined;
}

/** Checks options before anything is made of them. @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID when one is out of range. */
export function checkKeepalive({ intervalMs = 5000, count = 5 }: KeepaliveOptions = {}): void {
  if (!(intervalMs >= 0)) throw invalid(`keepalive.intervalMs must be a number from 0, not ${intervalMs}`);
  if (!Number.isSafeInteger(count) || count < 0) {
    throw invalid(`keepalive.count must be an integer from 0, not ${count}`);
  }
}

/** The message that asks for a sign of life. */
export const pingFrame: Buffer = keepaliveFrame(KEEPALIVE_PROC_PING);

/** The answer to it. */
export const pongFrame: Buffer = keepaliveFrame(KEEPALIVE_PROC_PONG);

/** What a {@link Keepalive} watches. */
export interface KeepaliveTarget {
  /** Sends {@link pingFrame}. */
  sendPing(): void;
  /** The daemon stayed silent for too long: `silentMs`. */
  onSilence(silentMs: number): void;
}

/**
 * Asks the daemon for a sign of life whenever nothing has come for an interval.
 *
 * libvirt daemons answer such questions whether or not keepalive was negotiated. It is not negotiated here, because
 * then a daemon cuts every client that keeps it so busy that it does not read the client's answers.
 */
export class Keepalive {
  private readonly target: KeepaliveTarget;
  private readonly clock: Clock;
  private readonly intervalMs: number;
  private readonly count: number;
  private heard = true;
  private unanswered = 0;
  private cancelTimer: () => void = () => {};

  /**
   * @param target - What is watched.
   * @param clock - Where time comes from.
   * @param options - How often and how patiently.
   */
  constructor(target: KeepaliveTarget, clock: Clock, options: KeepaliveOptions = {}) {
    this.target = target;
    this.clock = clock;
    this.intervalMs = options.intervalMs ?? 5000;
    this.count = options.count ?? 5;
    if (this.intervalMs > 0) this.arm();
  }

  /** Notes that something came from the daemon. */
  alive(): void {
    this.heard = true;
    this.unanswered = 0;
  }

  /** Ends the watch. */
  stop(): void {
    this.cancelTimer();
  }

  private arm(): void {
    this.cancelTimer = this.clock.after(this.intervalMs, () => this.tick());
  }

  private tick(): void {
    this.arm();
    if (this.heard) {
      this.heard = false;
    } else if (this.unanswered < this.count) {
      this.unanswered++;
      this.target.sendPing();
    } else {
      this.unanswered = 0;
      this.target.onSilence(this.intervalMs * (this.count + 1));
    }
  }
}

function invalid(message: string): LibvirtError {
  return clientError('LIBVIRT_ARGUMENT_INVALID', 'invalid', `connect: ${message}`);
}

function keepaliveFrame(procedure: number): Buffer {
  return emptyFrame({
    program: KEEPALIVE_PROGRAM,
    version: KEEPALIVE_PROTOCOL_VERSION,
    procedure,
    type: VIR_NET_MESSAGE,
    serial: 0,
    status: VIR_NET_OK,
  });
}
