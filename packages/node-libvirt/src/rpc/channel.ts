import type { Duplex } from 'node:stream';
import {
  type CallDiagnostic,
  diagnosticChannels,
  type EventDiagnostic,
  type ReplyDiagnostic,
} from '../diagnostics/channels.ts';
import { clientError, LibvirtError } from '../error/libvirt-error.ts';
import { KEEPALIVE_PROC_PING, KEEPALIVE_PROGRAM } from '../protocol/keepalive-constants.gen.ts';
import { decodeMessageError } from '../protocol/net-codecs.gen.ts';
import {
  VIR_NET_ERROR,
  VIR_NET_MESSAGE,
  VIR_NET_OK,
  VIR_NET_REPLY,
  VIR_NET_STREAM,
  VIR_NET_STREAM_HOLE,
} from '../protocol/net-constants.gen.ts';
import { LibvirtStream } from '../stream/libvirt-stream.ts';
import type { StreamLink } from '../stream/stream-link.ts';
import { XdrReader } from '../xdr/reader.ts';
import type { CallOptions } from './call-options.ts';
import { crowdedError, endedError, maxInFlight, protocolError, streamOnlyError } from './channel-errors.ts';
import type { Clock } from './clock.ts';
import { watchDeadline } from './deadline.ts';
import { encodeCall } from './encode-call.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { type FrameHead, frameHeadBytes, readFrameHead, writeFrameHead } from './frame.ts';
import { Keepalive, type KeepaliveOptions, pingFrame, pongFrame } from './keepalive.ts';
import { type PendingCall, PendingCalls } from './pending-calls.ts';
import type { Procedure, StreamProcedure } from './procedure.ts';
import { endsWork, isSlow } from './slow-procedures.ts';

/** How many calls of one socket a daemon works on at a time (its `max_client_requests`); it reads no more before one ends. */
export const daemonPlaces = 5;

/** How long a call may take before it counts as one that takes long. */
const patienceMs = 200;

/** What a channel needs besides its stream. */
export interface ChannelOptions {
  readonly clock: Clock;
  /** Which daemon, without credentials: for diagnostics. */
  readonly uri?: string | undefined;
  readonly keepalive?: KeepaliveOptions | undefined;
  /** Asks by another way whether the daemon lives, while it is too busy with this channel's calls to answer here. */
  readonly probe?: ((withinMs: number) => Promise<boolean>) | undefined;
}

/** What opening a stream gives. */
export interface StreamAnswer<Ret> {
  /** The call's answer: a screenshot's type, for instance. */
  readonly ret: Ret;
  readonly stream: LibvirtStream;
}

let lastSocket = 0;

const noBytes = new Uint8Array(0);

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

  private readonly number = ++lastSocket;
  private readonly stream: Duplex;
  private readonly options: ChannelOptions;
  private readonly pending = new PendingCalls();
  private readonly decoder: FrameDecoder;
  private readonly keepalive: Keepalive;
  private ended: { readonly reason: LibvirtError | undefined } | undefined;
  private corked = false;
  private holds = 0;
  private probing = false;
  private pauses = 0;
  private isPaused = false;
  private heardChunks = 0;
  private readonly streams = new Map<number, LibvirtStream>();

  /**
   * @param stream - A connected stream; the channel owns it from now on.
   * @param options - Clock and keepalive.
   */
  constructor(stream: Duplex, options: ChannelOptions) {
    this.stream = stream;
    this.options = options;
    this.decoder = new FrameDecoder((buffer, start, end, lasting) => this.receive(buffer, start, end, lasting));
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

  /** Why it has ended; nothing while it is open, or when it was closed on purpose. */
  get endReason(): LibvirtError | undefined {
    return this.ended?.reason;
  }

  /** How many calls that may wait for a guest are in flight. */
  get lowInFlight(): number {
    return this.pending.low;
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
      if (procedure.carries.endsWith('stream')) throw streamOnlyError(procedure);
      this.request(procedure, args, options, { resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /**
   * Calls a procedure that opens a stream.
   *
   * @param options - For the opening.
   * @throws {LibvirtError} see {@link Channel.call}.
   */
  openStream<Args, Ret>(
    procedure: StreamProcedure<Args, Ret>,
    args: Args,
    options?: CallOptions,
  ): Promise<StreamAnswer<Ret>> {
    return new Promise((resolve, reject) => {
      let serial = 0;
      const stream = new LibvirtStream(this.streamLink(procedure, () => serial));
      const settle = (ret: unknown): void => resolve({ ret: ret as Ret, stream });
      serial = this.request(procedure, args, options, { resolve: settle, reject, stream });
      // From now on: a daemon may send data before its answer.
      this.streams.set(serial, stream);
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
    this.pending.failAll((call, serial) => {
      const error = endedError(call.procedure, reason, true);
      if (diagnosticChannels.reply.hasSubscribers)
        this.publishReply(serial, call.procedure.name, call.sentAtMs, error.code);
      return error;
    });
    for (const stream of this.streams.values()) stream.lose(endedError({ name: stream.procedure }, reason, true));
    this.onClose(reason);
  }

  /** Sends a call. @returns its serial. @throws {LibvirtError} see {@link Channel.call}. */
  private request<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    options: CallOptions | undefined,
    waiter: Pick<PendingCall, 'resolve' | 'reject' | 'stream'>,
  ): number {
    if (this.ended !== undefined) throw endedError(procedure, this.ended.reason, false);
    if (this.pending.size >= maxInFlight) throw crowdedError(procedure);
    const serial = this.pending.nextSerial(this.streams);
    const frame = encodeCall(procedure, args, serial);
    const sentAtMs = this.options.clock.monotonic();
    const release = watchDeadline(options, this.options.clock, procedure.name, (error) => {
      const call = this.pending.get(serial);
      if (call !== undefined) call.abandoned = true;
      waiter.stream?.drop(error);
      this.hold(-1);
      if (diagnosticChannels.reply.hasSubscribers) this.publishReply(serial, procedure.name, sentAtMs, error.code);
      waiter.reject(error);
    });
    this.hold(1);
    this.pending.add(serial, {
      ...waiter,
      procedure: procedure as Procedure,
      slow: isSlow(procedure) || endsWork(procedure),
      sentAtMs,
      release,
      abandoned: false,
    });
    if (diagnosticChannels.call.hasSubscribers) diagnosticChannels.call.publish(this.describe(serial, procedure.name));
    this.applyPause();
    this.send(frame);
    return serial;
  }

  private describe(serial: number, procedure: string): CallDiagnostic {
    return { uri: this.options.uri ?? '', socket: this.number, serial, procedure };
  }

  private publishReply(serial: number, procedure: string, sentAtMs: number, errorCode: string | undefined): void {
    const durationMs = this.options.clock.monotonic() - sentAtMs;
    const message: ReplyDiagnostic = { ...this.describe(serial, procedure), durationMs, errorCode };
    diagnosticChannels.reply.publish(message);
  }

  private publishEvent({ program, procedure }: FrameHead): void {
    const message: EventDiagnostic = { uri: this.options.uri ?? '', socket: this.number, program, procedure };
    diagnosticChannels.event.publish(message);
  }

  private streamLink(procedure: StreamProcedure<never>, serial: () => number): StreamLink {
    const { program, version, number, name } = procedure;
    return {
      procedure: name,
      clock: this.options.clock,
      send: (type, status, payload = noBytes) =>
        new Promise((resolve, reject) => {
          if (this.ended !== undefined) throw endedError({ name }, this.ended.reason, true);
          const head = Buffer.allocUnsafe(frameHeadBytes);
          const frame = { program, version, procedure: number, type, serial: serial(), status };
          writeFrameHead(head, frameHeadBytes + payload.length, frame);
          const done = (error?: Error | null): void =>
            error ? reject(endedError({ name }, this.ended?.reason, true)) : resolve();
          if (payload.length > 0) this.send(head);
          this.send(payload.length > 0 ? payload : head, done);
        }),
      pause: () => this.pause(1),
      resume: () => this.pause(-1),
      hold: (change) => this.hold(change),
      release: () => void this.streams.delete(serial()),
    };
  }

  /** Stops reading (1) until all that asked for it let go (-1). */
  private pause(change: 1 | -1): void {
    this.pauses += change;
    this.applyPause();
  }

  /** Answers must come, whatever waits for a slow reader: only a channel on which none is due stands still. */
  private applyPause(): void {
    const pauses = this.pauses > 0 && this.pending.size === 0;
    if (pauses === this.isPaused) return;
    this.isPaused = pauses;
    if (pauses) this.stream.pause();
    else this.stream.resume();
  }

  private send(frame: Uint8Array, done?: (error?: Error | null) => void): void {
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
    this.stream.write(frame, done);
  }

  private handleData(chunk: Buffer): void {
    if (this.ended !== undefined) return;
    this.keepalive.alive();
    this.heardChunks++;
    try {
      this.decoder.push(chunk);
    } catch (error) {
      this.close(LibvirtError.isInstance(error) ? error : protocolError((error as Error).message, error));
    }
  }

  /** Takes a whole frame. @throws {LibvirtError} LIBVIRT_PROTOCOL_ERROR when it has no place here. */
  private receive(buffer: Buffer, start: number, end: number, lasting: boolean): void {
    if (this.ended !== undefined) return;
    const head = readFrameHead(buffer, start);
    const payload = new XdrReader(buffer, start + frameHeadBytes, end);
    if (head.type === VIR_NET_REPLY) this.receiveReply(head, payload);
    else if (head.type === VIR_NET_STREAM || head.type === VIR_NET_STREAM_HOLE)
      this.receiveStream(head, payload, lasting);
    else if (head.type !== VIR_NET_MESSAGE) throw protocolError(`a message of type ${head.type} was not asked for`);
    else if (head.program !== KEEPALIVE_PROGRAM) {
      if (diagnosticChannels.event.hasSubscribers) this.publishEvent(head);
      this.onMessage(head, payload);
    } else if (head.procedure === KEEPALIVE_PROC_PING) this.send(pongFrame);
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
    if (failed) this.streams.delete(head.serial);
    if (!call.abandoned) this.settle(head.serial, call, failed, payload);
    else if (!failed) void call.stream?.breakOff();
    this.pending.delete(head.serial);
    this.applyPause();
    this.onSettled();
  }

  /** Takes a message of a stream. @throws {LibvirtError} LIBVIRT_PROTOCOL_ERROR when there is no such stream. */
  private receiveStream(head: FrameHead, payload: XdrReader, lasting: boolean): void {
    const stream = this.streams.get(head.serial);
    if (stream === undefined) throw protocolError(`data for stream ${head.serial}, which is not open`);
    stream.accept(head, payload, lasting);
  }

  private settle(serial: number, call: PendingCall, failed: boolean, payload: XdrReader): void {
    const { procedure } = call;
    let errorCode: string | undefined;
    if (failed) {
      const error = LibvirtError.fromReport(decodeMessageError(payload), procedure.name);
      errorCode = error.code;
      call.release();
      call.reject(error);
    } else {
      const value = procedure.decode?.(payload);
      call.release();
      call.resolve(value);
    }
    this.hold(-1);
    if (diagnosticChannels.reply.hasSubscribers) this.publishReply(serial, procedure.name, call.sentAtMs, errorCode);
  }

  private async handleSilence(silentMs: number): Promise<void> {
    const { probe } = this.options;
    // While a stream's reader makes the daemon wait, nothing of it is read: its silence is our own.
    if (this.isPaused) return;
    // With all its places taken the daemon does not read our questions: silence proves nothing.
    if (this.pending.size >= daemonPlaces && probe !== undefined) {
      if (this.probing) return;
      this.probing = true;
      const heard = this.heardChunks;
      const alive = await probe(silentMs);
      this.probing = false;
      if (alive || this.heardChunks !== heard) return;
    }
    this.fail(`the daemon gave no sign of life for ${silentMs} ms`);
  }

  private fail(message: string, cause?: unknown): void {
    if (this.ended !== undefined) return;
    this.close(clientError('LIBVIRT_CONNECTION_LOST', 'unavailable', message, { cause }));
  }
}

/** Sockets keep the process alive only while somebody waits. */
function setReferenced(stream: Duplex, referenced: boolean): void {
  const socket = stream as Duplex & { ref?: () => void; unref?: () => void };
  if (referenced) socket.ref?.();
  else socket.unref?.();
}
