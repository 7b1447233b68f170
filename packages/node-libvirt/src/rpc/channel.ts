import type { Duplex } from 'node:stream';
import { clientError, LibvirtError } from '../error/libvirt-error.ts';
import { KEEPALIVE_PROC_PING, KEEPALIVE_PROGRAM } from '../protocol/keepalive-constants.gen.ts';
import { decodeMessageError } from '../protocol/net-codecs.gen.ts';
import { VIR_NET_ERROR, VIR_NET_MESSAGE, VIR_NET_OK, VIR_NET_REPLY } from '../protocol/net-constants.gen.ts';
import { XdrReader } from '../xdr/reader.ts';
import type { CallOptions } from './call-options.ts';
import type { Clock } from './clock.ts';
import { watchDeadline } from './deadline.ts';
import { encodeCall } from './encode-call.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { type FrameHead, frameHeadBytes, readFrameHead } from './frame.ts';
import { Keepalive, type KeepaliveOptions, pingFrame, pongFrame } from './keepalive.ts';
import { type PendingCall, PendingCalls } from './pending-calls.ts';
import type { Procedure } from './procedure.ts';
import { isSlow } from './slow-procedures.ts';

/** How many calls of one socket a daemon works on at a time (its `max_client_requests`); it reads no more before one ends. */
export const daemonPlaces = 5;

/** How long a call may take before it counts as one that takes long. */
const patienceMs = 200;

/** How many answers may be due on one channel, so that a daemon that hangs can't fill our memory with calls. */
export const maxInFlight = 100_000;

/** What a channel needs besides its stream. */
export interface ChannelOptions {
  readonly clock: Clock;
  readonly keepalive?: KeepaliveOptions | undefined;
  /** Asks by another way whether the daemon lives, while it is too busy with this channel's calls to answer here. */
  readonly probe?: ((withinMs: number) => Promise<boolean>) | undefined;
}

/** Receives the messages that the daemon sends on its own. */
export type MessageListener = (head: FrameHead, payload: XdrReader) => void;

/** libvirt's RPC over one stream: calls in flight matched to their answers by serial, messages, signs of life. */
export class Channel {
  /** Called with every message of the daemon; set by the owner. */
  onMessage: MessageListener = () => {};
  /** Called once when the channel has ended, with the reason unless it was closed on purpose; set by the owner. */
  onClose: (reason: LibvirtError | undefined) => void = () => {};
  /** Called whenever an answer has come; set by the owner. */
  onSettled: () => void = () => {};

  private readonly stream: Duplex;
  private readonly options: ChannelOptions;
  private readonly pending = new PendingCalls();
  private readonly decoder: FrameDecoder;
  private readonly keepalive: Keepalive;
  private ended: { readonly reason: LibvirtError | undefined } | undefined;
  private corked = false;
  private holds = 0;
  private probing = false;

  /**
   * @param stream - A connected stream; the channel owns it from now on.
   * @param options - Clock and keepalive.
   */
  constructor(stream: Duplex, options: ChannelOptions) {
    this.stream = stream;
    this.options = options;
    this.decoder = new FrameDecoder((buffer, start, end) => this.receive(buffer, start, end));
    this.keepalive = new Keepalive(
      { sendPing: () => this.send(pingFrame), onSilence: (silentMs) => void this.handleSilence(silentMs) },
      options.clock,
      options.keepalive,
    );
    stream.on('data', (chunk: Buffer) => this.handleData(chunk));
    stream.on('error', (error: Error) => this.fail(`the connection broke: ${error.message}`, error));
    stream.on('end', () => this.fail('the daemon closed the connection'));
    stream.on('close', () => this.fail('the connection was closed'));
    setReferenced(stream, false);
  }

  /** Whether calls can still be made. */
  get isOpen(): boolean {
    return this.ended === undefined;
  }

  /** How many of the daemon's places for this channel are taken for long; 5 at most. */
  get occupied(): number {
    return this.pending.occupied(this.options.clock.monotonic() - patienceMs);
  }

  /** How many answers are due. */
  get inFlight(): number {
    return this.pending.size;
  }

  /**
   * Calls a procedure.
   *
   * @throws {LibvirtError} what the daemon reported; LIBVIRT_ARGUMENT_INVALID when the arguments can't be encoded;
   * LIBVIRT_ABORTED, LIBVIRT_TIMEOUT; LIBVIRT_CONNECTION_LOST or LIBVIRT_CONNECTION_CLOSED when there is no answer;
   * LIBVIRT_TOO_MANY_CALLS when 100,000 answers are due already.
   */
  call<Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, options?: CallOptions): Promise<Ret> {
    return new Promise((resolve, reject) => {
      if (this.ended !== undefined) throw endedError(procedure, this.ended.reason, false);
      if (this.pending.size >= maxInFlight) throw crowdedError(procedure);
      const serial = this.pending.nextSerial();
      const frame = encodeCall(procedure, args, serial);
      const release = watchDeadline(options, this.options.clock, procedure.name, (error) => {
        const call = this.pending.get(serial);
        if (call !== undefined) call.abandoned = true;
        this.hold(-1);
        reject(error);
      });
      this.hold(1);
      this.pending.add(serial, {
        procedure: procedure as Procedure,
        slow: isSlow(procedure),
        sentAtMs: this.options.clock.monotonic(),
        resolve: resolve as (value: unknown) => void,
        reject,
        release,
        abandoned: false,
      });
      this.send(frame);
    });
  }

  /** Keeps the process alive (1) or lets go again (-1): a waiting caller or an open event stream does. */
  hold(change: 1 | -1): void {
    this.holds += change;
    if (change === 1 ? this.holds === 1 : this.holds === 0) setReferenced(this.stream, this.holds > 0);
  }

  /** Ends the channel: calls that wait reject with LIBVIRT_CONNECTION_CLOSED, or LIBVIRT_CONNECTION_LOST for a reason. */
  close(reason?: LibvirtError): void {
    if (this.ended !== undefined) return;
    this.ended = { reason };
    this.keepalive.stop();
    this.stream.destroy();
    this.pending.failAll((call) => endedError(call.procedure, reason, true));
    this.onClose(reason);
  }

  private send(frame: Buffer): void {
    if (this.ended !== undefined) return;
    // Everything that one turn of the event loop sends leaves in one write.
    if (!this.corked) {
      this.corked = true;
      this.stream.cork();
      process.nextTick(() => {
        this.corked = false;
        this.stream.uncork();
      });
    }
    this.stream.write(frame);
  }

  private handleData(chunk: Buffer): void {
    if (this.ended !== undefined) return;
    this.keepalive.alive();
    try {
      this.decoder.push(chunk);
    } catch (error) {
      this.close(LibvirtError.isInstance(error) ? error : protocolError((error as Error).message, error));
    }
  }

  /** Takes a whole frame. @throws {LibvirtError} LIBVIRT_PROTOCOL_ERROR when it has no place here. */
  private receive(buffer: Buffer, start: number, end: number): void {
    if (this.ended !== undefined) return;
    const head = readFrameHead(buffer, start);
    const payload = new XdrReader(buffer, start + frameHeadBytes, end);
    if (head.type === VIR_NET_REPLY) this.receiveReply(head, payload);
    else if (head.type !== VIR_NET_MESSAGE) throw protocolError(`a message of type ${head.type} was not asked for`);
    else if (head.program !== KEEPALIVE_PROGRAM) this.onMessage(head, payload);
    else if (head.procedure === KEEPALIVE_PROC_PING) this.send(pongFrame);
  }

  /** Takes an answer. @throws {LibvirtError} LIBVIRT_PROTOCOL_ERROR when nobody asked for it. */
  private receiveReply(head: FrameHead, payload: XdrReader): void {
    const call = this.pending.get(head.serial);
    if (call === undefined) throw protocolError(`an answer to serial ${head.serial}, which was not asked`);
    const { procedure } = call;
    if (head.procedure !== procedure.number || head.program !== procedure.program) {
      throw protocolError(`an answer to procedure ${head.procedure} where ${procedure.name} was asked`);
    }
    if (head.status !== VIR_NET_OK && head.status !== VIR_NET_ERROR)
      throw protocolError(`an answer of status ${head.status}`);
    const failed = head.status === VIR_NET_ERROR;
    if (!call.abandoned) this.settle(call, failed, payload);
    this.pending.delete(head.serial);
    this.onSettled();
  }

  private settle(call: PendingCall, failed: boolean, payload: XdrReader): void {
    const { procedure } = call;
    if (failed) {
      const error = LibvirtError.fromReport(decodeMessageError(payload), procedure.name);
      call.release();
      call.reject(error);
    } else {
      const value = procedure.decode?.(payload);
      call.release();
      call.resolve(value);
    }
    this.hold(-1);
  }

  private async handleSilence(silentMs: number): Promise<void> {
    const { probe } = this.options;
    // With all its places taken the daemon does not read our questions: silence proves nothing.
    if (this.pending.size >= daemonPlaces && probe !== undefined) {
      if (this.probing) return;
      this.probing = true;
      const alive = await probe(silentMs);
      this.probing = false;
      if (alive) return;
    }
    this.fail(`the daemon gave no sign of life for ${silentMs} ms`);
  }

  private fail(message: string, cause?: unknown): void {
    this.close(clientError('LIBVIRT_CONNECTION_LOST', 'unavailable', message, { cause }));
  }
}

function protocolError(message: string, cause?: unknown): LibvirtError {
  return clientError('LIBVIRT_PROTOCOL_ERROR', 'internal', `the other side breaks the protocol: ${message}`, {
    cause,
  });
}

/** The error of a call beyond {@link maxInFlight}. */
export function crowdedError(procedure: Procedure<never>): LibvirtError {
  const message = `${procedure.name}: ${maxInFlight} calls wait for the daemon already; it was not sent`;
  return clientError('LIBVIRT_TOO_MANY_CALLS', 'throttled', message, { procedure: procedure.name });
}

function endedError(procedure: Procedure<never>, reason: LibvirtError | undefined, sent: boolean): LibvirtError {
  const outcome = sent ? 'the outcome is unknown' : 'it was not sent';
  const rest = { procedure: procedure.name, outcomeUnknown: sent, cause: reason };
  return reason === undefined
    ? clientError(
        'LIBVIRT_CONNECTION_CLOSED',
        'unavailable',
        `${procedure.name}: the connection was closed, ${outcome}`,
        rest,
      )
    : clientError('LIBVIRT_CONNECTION_LOST', 'unavailable', `${procedure.name}: ${reason.message}; ${outcome}`, rest);
}

/** Sockets keep the process alive only while somebody waits. */
function setReferenced(stream: Duplex, referenced: boolean): void {
  const socket = stream as Duplex & { ref?: () => void; unref?: () => void };
  if (referenced) socket.ref?.();
  else socket.unref?.();
}
