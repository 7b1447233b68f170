import type { Socket } from 'node:net';
import type { Clock } from '../rpc/clock.ts';

/** What is done to a frame. */
export type Fault =
  /** It goes on after so many milliseconds; what comes behind it in the same direction waits too. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** It never arrives. */
  | { readonly kind: 'drop' }
  /** It arrives behind the next so many frames of its direction, or after 100 ms. */
  | { readonly kind: 'reorder'; readonly behind: number }
  /** Other bytes arrive in its place. */
  | { readonly kind: 'replace'; readonly bytes: Uint8Array }
  /** So many of its bytes arrive, then the connection is cut. */
  | { readonly kind: 'cut'; readonly afterBytes?: number | undefined };

const longestHoldMs = 100;

/** One direction of one connection: frames in their order, with those that are held back. */
export class FaultLane {
  private readonly output: Socket;
  private readonly clock: Clock;
  private heldBack: { bytes: Buffer; behind: number }[] = [];
  private queue: Promise<void> = Promise.resolve();

  /**
   * @param output - Whither frames go.
   * @param clock - For delays.
   */
  constructor(output: Socket, clock: Clock) {
    this.output = output;
    this.clock = clock;
  }

  /** Passes a frame on, with what is done to it. */
  pass(bytes: Buffer, fault: Fault | undefined, cut: () => void): void {
    this.queue = this.queue.then(() => this.apply(bytes, fault, cut));
  }

  private async apply(bytes: Buffer, fault: Fault | undefined, cut: () => void): Promise<void> {
    if (fault?.kind === 'delay') await new Promise<void>((resolve) => void this.clock.after(fault.delayMs, resolve));
    if (fault?.kind === 'drop') return;
    if (fault?.kind === 'reorder' && fault.behind > 0) {
      this.heldBack.push({ bytes, behind: fault.behind });
      this.clock.after(longestHoldMs, () => (this.queue = this.queue.then(() => this.letGo(Infinity))));
      return;
    }
    if (fault?.kind === 'cut') {
      if (fault.afterBytes !== undefined) await this.write(bytes.subarray(0, fault.afterBytes));
      cut();
      return;
    }
    await this.write(fault?.kind === 'replace' ? fault.bytes : bytes);
    await this.letGo(1);
  }

  /** Counts frames that passed, and sends what waited for them. */
  private async letGo(passed: number): Promise<void> {
    for (const held of this.heldBack) held.behind -= passed;
    const due = this.heldBack.filter(({ behind }) => behind <= 0);
    this.heldBack = this.heldBack.filter(({ behind }) => behind > 0);
    for (const held of due) await this.write(held.bytes);
  }

  private write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => void this.output.write(bytes, () => resolve()));
  }
}
