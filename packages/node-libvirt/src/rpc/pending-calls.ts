import type { LibvirtError } from '../error/libvirt-error.ts';
import type { LibvirtStream } from '../stream/libvirt-stream.ts';
import type { Procedure } from './procedure.ts';

/** A call that was sent and has no answer yet. */
export interface PendingCall {
  readonly procedure: Procedure;
  /** Whether it is known to take long. */
  readonly slow: boolean;
  readonly sentAtMs: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: LibvirtError) => void;
  /** Ends the watch over the call's signal and timeout. */
  readonly release: () => void;
  /** The stream that the call opens. */
  readonly stream?: LibvirtStream | undefined;
  /** Nobody waits any more, but the daemon still works on it and its answer will come. */
  abandoned: boolean;
}

const highestSerial = 0xffff_ffff;

/** The calls in flight on one socket, by serial, in the order they were sent. */
export class PendingCalls {
  private readonly calls = new Map<number, PendingCall>();
  private lastSerial: number;
  private slowCalls = 0;
  private lowCalls = 0;

  /** @param lastSerial - Where the serials go on from. */
  constructor(lastSerial: number = 0) {
    this.lastSerial = lastSerial;
  }

  /** How many answers are due, those that nobody waits for included. */
  get size(): number {
    return this.calls.size;
  }

  /** How many of them may wait for a guest or a monitor, by the protocol's own word. */
  get low(): number {
    return this.lowCalls;
  }

  /**
   * Takes the next free serial: they go round from 1 to 2^32 - 1.
   *
   * @param taken - Others that are in use.
   */
  nextSerial(taken?: { has(serial: number): boolean }): number {
    do {
      this.lastSerial = this.lastSerial === highestSerial ? 1 : this.lastSerial + 1;
    } while (this.calls.has(this.lastSerial) || taken?.has(this.lastSerial) === true);
    return this.lastSerial;
  }

  /** Remembers a call under its serial. */
  add(serial: number, call: PendingCall): void {
    this.calls.set(serial, call);
    if (call.slow) this.slowCalls++;
    if (call.procedure.priority === 'low') this.lowCalls++;
  }

  /** The call with this serial. */
  get(serial: number): PendingCall | undefined {
    return this.calls.get(serial);
  }

  /** Forgets a call: its answer has come. */
  delete(serial: number): void {
    const call = this.calls.get(serial);
    if (call?.slow) this.slowCalls--;
    if (call?.procedure.priority === 'low') this.lowCalls--;
    this.calls.delete(serial);
  }

  /**
   * How many of the daemon's five places for this socket are taken for long: by slow calls, and by others that have
   * been waiting since before `sinceMs`. Counts to 5 at most.
   */
  occupied(sinceMs: number): number {
    let occupied = this.slowCalls;
    for (const call of this.calls.values()) {
      if (occupied >= 5) break;
      if (call.slow) continue;
      if (call.sentAtMs > sinceMs) break;
      occupied++;
    }
    return occupied;
  }

  /** Fails every call and forgets them all. */
  failAll(makeError: (call: PendingCall, serial: number) => LibvirtError): void {
    const calls = [...this.calls];
    this.calls.clear();
    this.slowCalls = 0;
    this.lowCalls = 0;
    for (const [serial, call] of calls) {
      if (call.abandoned) continue;
      call.release();
      call.reject(makeError(call, serial));
    }
  }
}
