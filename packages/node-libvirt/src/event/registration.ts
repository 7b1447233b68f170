import type { LibvirtError } from '../error/libvirt-error.ts';
import type { Channel } from '../rpc/channel.ts';
import type { EventBody, EventSource } from './event-source.ts';
import type { EventStream } from './event-stream.ts';

/** How many messages are kept while they can't be handed out. */
const earlyLimit = 4096;

/** The one registration for a kind of event at the daemon, shared by all streams that want it, over all channels. */
export class Registration {
  readonly source: EventSource<unknown>;
  readonly streams: Set<EventStream<unknown>> = new Set();
  /** Settles when the attempt of now is over, however it went. */
  enrolment: Promise<void> = Promise.resolve();

  private readonly onRefusal: (error: LibvirtError) => void;
  private channel: Channel | undefined;
  private callbackId: number | undefined;
  /** Whether messages have to wait: for the daemon's answer, or for the list after a gap. */
  private held = true;
  private early: EventBody[] = [];
  private missed = 0;
  private isWithdrawn = false;
  private outcome: Outcome = deferred();
  private isSettled = false;

  /**
   * @param source - What is registered for.
   * @param onRefusal - Called when the daemon refuses it.
   */
  constructor(source: EventSource<unknown>, onRefusal: (error: LibvirtError) => void) {
    this.source = source;
    this.onRefusal = onRefusal;
  }

  /** Resolves when the daemon sends; rejects when it refused. A channel that is lost meanwhile decides nothing. */
  get registered(): Promise<void> {
    return this.outcome.promise;
  }

  /** Registers on a channel. @param forList - Whether messages wait for {@link Registration.letGo} after that. */
  enrol(channel: Channel, forList: boolean): void {
    this.suspend();
    this.channel = channel;
    this.enrolment = this.register(channel, forList);
  }

  /** The channel is gone, and the registration with it. */
  suspend(): void {
    this.channel = undefined;
    this.callbackId = undefined;
    this.held = true;
    this.early = [];
    this.missed = 0;
    if (!this.isSettled) return;
    this.outcome = deferred();
    this.isSettled = false;
  }

  /** Takes a message that may be for it. */
  receive(body: EventBody): void {
    if (!this.held) this.deliver(body);
    else if (this.early.length < earlyLimit) this.early.push(body);
    else if (this.callbackId === undefined || body.callbackID === this.callbackId) this.missed++;
  }

  /** Hands out what had to wait, and what comes from now on. */
  letGo(): void {
    if (this.callbackId === undefined) return;
    this.held = false;
    for (const body of this.early.splice(0)) this.deliver(body);
    if (this.missed === 0) return;
    const gap = { type: 'gap', reason: 'overflow', dropped: this.missed, current: undefined } as const;
    for (const stream of this.streams) stream.pushGap(gap);
    this.missed = 0;
  }

  /** Ends it at the daemon; resolves when that has stopped sending. */
  async withdraw(): Promise<void> {
    this.isWithdrawn = true;
    await this.enrolment;
    await this.deregister();
  }

  private async register(channel: Channel, forList: boolean): Promise<void> {
    try {
      const callbackId = await this.source.register(channel);
      if (this.channel !== channel) return;
      this.callbackId = callbackId;
      this.isSettled = true;
      this.outcome.resolve();
      if (!forList) this.letGo();
    } catch (error) {
      // Lost on the way: the next channel brings another attempt.
      if (this.channel !== channel || !channel.isOpen || this.isWithdrawn) return;
      const refusal = error as LibvirtError; // a channel rejects with nothing else
      this.isSettled = true;
      this.outcome.reject(refusal);
      this.onRefusal(refusal);
    }
  }

  private async deregister(): Promise<void> {
    const { channel, callbackId } = this;
    if (channel?.isOpen !== true || callbackId === undefined) return;
    this.suspend();
    try {
      await this.source.deregister(channel, callbackId);
    } catch {
      // The connection is gone, and the registration with it.
    }
  }

  private deliver(body: EventBody): void {
    if (body.callbackID !== this.callbackId) return;
    const event = this.source.read(body as never);
    for (const stream of this.streams) stream.push(event);
  }
}

interface Outcome {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: LibvirtError) => void;
}

function deferred(): Outcome {
  let resolve: () => void = () => {};
  let reject: (error: LibvirtError) => void = () => {};
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}
