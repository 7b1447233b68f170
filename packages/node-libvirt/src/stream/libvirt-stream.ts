import type { Duplex } from 'node:stream';
import { clientError, LibvirtError } from '../error/libvirt-error.ts';
import { decodeMessageError, decodeStreamHole, encodeStreamHole } from '../protocol/net-codecs.gen.ts';
import {
  VIR_NET_CONTINUE,
  VIR_NET_ERROR,
  VIR_NET_OK,
  VIR_NET_STREAM,
  VIR_NET_STREAM_HOLE,
} from '../protocol/net-constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { abortedError, watchDeadline } from '../rpc/deadline.ts';
import type { FrameHead } from '../rpc/frame.ts';
import type { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';
import { duplexView } from './duplex-view.ts';
import { highWaterBytes, IncomingChunks, lowWaterBytes, overflowBytes } from './incoming-chunks.ts';
import { readableView } from './readable-view.ts';
import type { StreamChunk } from './stream-chunk.ts';
import type { StreamLink } from './stream-link.ts';
import { writableView } from './writable-view.ts';

/** The most bytes of data in one message that every daemon takes. */
const maxDataBytes = 262_120;

/** How long an aborted stream waits for the daemon's word. */
const farewellMs = 2000;

interface Waiter<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: LibvirtError) => void;
}

/** Someone who waits for a chunk; nothing says: look again what has become of the stream. */
type Reader = Waiter<StreamChunk | undefined>;

/**
 * A stream of bytes between here and the daemon: a volume's content, a console, a screenshot, a migration
 * (libvirt's `virStream`).
 *
 * Take what comes with {@link LibvirtStream.receive}, `for await`, {@link LibvirtStream.readable} or
 * {@link LibvirtStream.toDuplex}; give with {@link LibvirtStream.send}, {@link LibvirtStream.writable} or the Duplex. What
 * is given is only sure to have arrived when {@link LibvirtStream.finish} has resolved: a disk that is full shows there at
 * the latest. At most 1 MiB waits here for a reader; beyond that the daemon has to wait.
 *
 * Every method rejects with {@link LibvirtError}: what the daemon reported, `LIBVIRT_ABORTED`, `LIBVIRT_TIMEOUT`,
 * `LIBVIRT_STREAM_ENDED`, `LIBVIRT_CONNECTION_LOST` or `LIBVIRT_CONNECTION_CLOSED`.
 *
 * @example
 * ```ts no-run
 * import { createWriteStream } from 'node:fs';
 * import { pipeline } from 'node:stream/promises';
 * import { connect } from 'node-libvirt';
 *
 * const connection = await connect('qemu:///system');
 * const volume = await connection.lookupStorageVolumeByPath('/var/lib/libvirt/images/disk.img');
 * const stream = await volume.download();
 * await pipeline(stream.readable, createWriteStream('disk.img'));
 * await connection.close();
 * ```
 */
export class LibvirtStream implements AsyncIterable<StreamChunk> {
  /** Called once when the daemon will send nothing more; set by the owner of the channel. */
  onEnd: () => void = () => {};

  private readonly link: StreamLink;
  private readonly incoming = new IncomingChunks();
  private readonly readers: Reader[] = [];
  private paused = false;
  private endReached = false;
  private failure: LibvirtError | undefined;
  private finishing: Promise<void> | undefined;
  private confirmation: Waiter<void> | undefined;
  private leaving: Promise<void> | undefined;
  private released = false;
  private releaseSignal: () => void = () => {};
  private onReleased: () => void = () => {};
  private views: { readable?: ReadableStream<Uint8Array>; writable?: WritableStream<Uint8Array> } = {};

  /** @param link - The channel's side of it. */
  constructor(link: StreamLink) {
    this.link = link;
  }

  /** The name of the call that opened it. */
  get procedure(): string {
    return this.link.procedure;
  }

  /** Whether data can still be given. */
  get isOpen(): boolean {
    return this.failure === undefined && this.finishing === undefined && !this.released;
  }

  /**
   * The bytes that come, as a web stream; holes come as zeros. Its end means that the daemon has sent all and said so.
   * Cancelling it aborts the stream.
   */
  get readable(): ReadableStream<Uint8Array> {
    return (this.views.readable ??= readableView(this));
  }

  /** Takes the bytes to send, as a web stream. Closing it is {@link LibvirtStream.finish}, aborting {@link LibvirtStream.abort}. */
  get writable(): WritableStream<Uint8Array> {
    return (this.views.writable ??= writableView(this));
  }

  /** Both directions as a Duplex of Node.js; use either this or the web streams. */
  toDuplex(): Duplex {
    return duplexView(this);
  }

  /**
   * The next bytes or the next hole; `undefined` when all has come and the daemon has confirmed it. Several who wait at
   * once are served in their order.
   *
   * @throws {LibvirtError} what ended the stream; LIBVIRT_TIMEOUT, which loses nothing.
   */
  async receive(options?: CallOptions): Promise<StreamChunk | undefined> {
    let chunk = this.incoming.take();
    this.adjustFlow();
    if (chunk === undefined && this.isOpen && !this.endReached) {
      chunk = await this.wait<StreamChunk | undefined>(options, (reader) => this.readers.push(reader));
    }
    if (chunk !== undefined) return chunk;
    if (this.failure !== undefined) throw this.failure;
    if (this.endReached) await this.finish(options);
    return undefined;
  }

  /**
   * Sends bytes; resolves when the system has taken them, so that who waits for it never fills memory.
   *
   * @param data - Bytes, not to be changed until this resolves.
   */
  async send(data: Uint8Array, options?: CallOptions): Promise<void> {
    this.assertWritable();
    await this.settled(() => this.sendParts(data), options);
  }

  /**
   * Sends a hole; only where the stream was opened as sparse.
   *
   * @param lengthBytes - How many zero bytes stand here; an integer from 1.
   * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for another length.
   */
  async sendHole(lengthBytes: number, options?: CallOptions): Promise<void> {
    if (!Number.isSafeInteger(lengthBytes) || lengthBytes < 1) {
      const message = `${this.link.procedure}: a hole's length must be an integer from 1, not ${lengthBytes}`;
      throw clientError('LIBVIRT_ARGUMENT_INVALID', 'invalid', message, { procedure: this.link.procedure });
    }
    this.assertWritable();
    const writer = new XdrWriter(16);
    encodeStreamHole(writer, { length: lengthBytes, flags: 0 });
    const hole = writer.toBuffer();
    await this.settled(() => this.link.send(VIR_NET_STREAM_HOLE, VIR_NET_CONTINUE, hole), options);
  }

  /**
   * Says that all was sent or received, and resolves when the daemon has confirmed it. What it still sends is dropped.
   * More calls wait for the same answer.
   *
   * @throws {LibvirtError} what ended the stream: a disk that was full, for instance.
   */
  async finish(options?: CallOptions): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    if (this.released && this.finishing === undefined) return;
    await this.settled(() => (this.finishing ??= this.sayGoodbye()), options);
  }

  /**
   * Breaks the stream off, on both sides; whoever waits for it gets `LIBVIRT_ABORTED`. Resolves when the daemon knows.
   * Does nothing when it has ended already.
   *
   * @param reason - The cause of the errors that others get.
   */
  async abort(reason?: unknown): Promise<void> {
    if (this.released || this.failure !== undefined) return this.leaving;
    const error = clientError('LIBVIRT_ABORTED', 'aborted', `${this.link.procedure}: the stream was aborted`, {
      procedure: this.link.procedure,
      cause: reason,
    });
    this.fail(error);
    await this.breakOff();
  }

  /** Takes all that comes, until the end. Leaving the loop early aborts the stream. */
  async *[Symbol.asyncIterator](): AsyncGenerator<StreamChunk, void, undefined> {
    try {
      for (let chunk = await this.receive(); chunk !== undefined; chunk = await this.receive()) yield chunk;
    } finally {
      await this.abort();
    }
  }

  /** Aborts the stream unless it has ended. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.abort();
  }

  /** Breaks off when the signal fires; called by the channel that opened it. */
  watch(signal: AbortSignal | undefined): void {
    if (signal === undefined || this.released) return;
    const onAbort = (): void => {
      if (this.released) return;
      this.fail(abortedError(this.link.procedure, signal, true));
      void this.breakOff();
    };
    this.releaseSignal = () => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
  }

  /**
   * Takes a message of the daemon; called by the channel.
   *
   * @param lasting - Whether the message's bytes are its own; others are copied.
   * @throws {XdrError} when it can't be decoded.
   */
  accept(head: FrameHead, payload: XdrReader, lasting: boolean): void {
    if (head.status !== VIR_NET_CONTINUE) this.link.release();
    if (head.status === VIR_NET_ERROR) {
      const error = LibvirtError.fromReport(decodeMessageError(payload), this.link.procedure);
      this.release();
      this.fail(error);
    } else if (head.status === VIR_NET_OK) {
      this.endReached = true;
      this.release();
      this.confirmation?.resolve();
      this.dismissReaders();
    } else if (this.isOpen) {
      this.takeIn(head, payload, lasting);
    }
  }

  /** Nobody waits for it any more, before it was open: what comes goes; called by the channel. */
  drop(error: LibvirtError): void {
    this.fail(error);
  }

  /** Tells the daemon to stop, and resolves when it knows; called by the channel for a stream that was dropped. */
  breakOff(): Promise<void> {
    return this.released ? Promise.resolve() : (this.leaving ??= this.leave());
  }

  private async leave(): Promise<void> {
    const ended = new Promise<void>((resolve) => (this.onReleased = resolve));
    this.link.hold(1);
    const cancel = this.link.clock.after(farewellMs, () => this.release());
    try {
      await this.link.send(VIR_NET_STREAM, VIR_NET_ERROR);
      await ended;
    } catch {
      // The connection is gone: nobody is left to tell.
    }
    cancel();
    this.link.hold(-1);
  }

  /** Ends the stream with the connection; called by the channel. */
  lose(error: LibvirtError): void {
    this.link.release();
    this.release();
    this.fail(error);
  }

  private takeIn(head: FrameHead, payload: XdrReader, lasting: boolean): void {
    if (head.type === VIR_NET_STREAM_HOLE) {
      this.handOut({ type: 'hole', lengthBytes: decodeStreamHole(payload).length });
    } else if (payload.remaining > 0) {
      this.handOut({ type: 'data', data: lasting ? payload.restView() : payload.rest() });
    } else {
      this.endReached = true;
      this.dismissReaders();
    }
  }

  private handOut(chunk: StreamChunk): void {
    const reader = this.readers.shift();
    if (reader === undefined) this.incoming.push(chunk);
    else reader.resolve(chunk);
    if (this.incoming.waitingBytes > overflowBytes) this.overflow();
    else this.adjustFlow();
  }

  /** Only on a socket that others share: there, calls that wait for an answer keep it from standing still. */
  private overflow(): void {
    const { procedure } = this.link;
    const message = `${procedure}: ${overflowBytes} bytes wait to be taken while calls share the socket; the stream was broken off`;
    this.fail(clientError('LIBVIRT_STREAM_OVERFLOW', 'throttled', message, { procedure }));
    void this.breakOff();
  }

  private dismissReaders(): void {
    for (const reader of this.readers.splice(0)) reader.resolve(undefined);
  }

  private adjustFlow(): void {
    const { waitingBytes } = this.incoming;
    if (!this.paused && waitingBytes >= highWaterBytes) {
      this.paused = true;
      this.link.pause();
    } else if (this.paused && waitingBytes <= lowWaterBytes) {
      this.paused = false;
      this.link.resume();
    }
  }

  private async sendParts(data: Uint8Array): Promise<void> {
    const parts: Promise<void>[] = [];
    for (let at = 0; at < data.length; at += maxDataBytes) {
      parts.push(this.link.send(VIR_NET_STREAM, VIR_NET_CONTINUE, data.subarray(at, at + maxDataBytes)));
    }
    await Promise.all(parts);
  }

  private async sayGoodbye(): Promise<void> {
    this.incoming.clear();
    this.adjustFlow();
    const confirmed = new Promise<void>((resolve, reject) => (this.confirmation = { resolve, reject }));
    confirmed.catch(() => {});
    this.dismissReaders();
    await this.link.send(VIR_NET_STREAM, VIR_NET_OK);
    await confirmed;
  }

  private fail(error: LibvirtError): void {
    this.failure ??= error;
    this.incoming.clear();
    this.adjustFlow();
    this.confirmation?.reject(this.failure);
    this.dismissReaders();
  }

  private release(): void {
    if (this.released) return;
    this.released = true;
    this.releaseSignal();
    this.onReleased();
    this.onEnd();
  }

  /** @throws {LibvirtError} what ended the stream, or LIBVIRT_STREAM_ENDED. */
  private assertWritable(): void {
    if (this.failure !== undefined) throw this.failure;
    if (this.isOpen && !this.endReached) return;
    const message = `${this.link.procedure}: the stream has ended, nothing more can be sent`;
    throw clientError('LIBVIRT_STREAM_ENDED', 'conflict', message, { procedure: this.link.procedure });
  }

  /** Waits for work of the stream. @throws {LibvirtError} what ended it, or the deadline's. */
  private async settled(work: () => Promise<unknown>, options: CallOptions | undefined): Promise<void> {
    try {
      await this.wait<unknown>(options, ({ resolve, reject }) => void work().then(resolve, reject));
    } catch (error) {
      // What ended the stream says more than that its socket is closed.
      throw this.failure ?? error;
    }
    if (this.failure !== undefined) throw this.failure;
  }

  /** Waits for something, at most as long as the options allow; the process stays alive meanwhile. */
  private wait<Value>(options: CallOptions | undefined, begin: (waiter: Waiter<Value>) => void): Promise<Value> {
    return new Promise((resolve, reject) => {
      let waiting = true;
      const end = (settle: () => void): void => {
        if (!waiting) return;
        waiting = false;
        release();
        this.link.hold(-1);
        settle();
      };
      const release = watchDeadline(options, this.link.clock, this.link.procedure, (error) => {
        const index = this.readers.indexOf(waiter as Waiter<unknown>);
        if (index !== -1) this.readers.splice(index, 1);
        end(() => reject(error));
      });
      const waiter: Waiter<Value> = {
        resolve: (value) => end(() => resolve(value)),
        reject: (error) => end(() => reject(error)),
      };
      this.link.hold(1);
      begin(waiter);
    });
  }
}
