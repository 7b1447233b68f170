import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, connect, type ConnectOptions, procedures } from '../index.ts';
import { encodeMessageError } from '../protocol/net-codecs.gen.ts';
import type { MessageError } from '../protocol/net-types.gen.ts';
import { type RemoteEvents, remoteEvents } from '../protocol/remote-procedures.gen.ts';
import { serverCodecs } from '../protocol/server-codecs.gen.ts';
import { FrameDecoder } from '../rpc/frame-decoder.ts';
import { emptyFrame, type FrameHead, frameHeadBytes, readFrameHead, writeFrameHead } from '../rpc/frame.ts';
import type { EventMessage, Procedure, StreamProcedure } from '../rpc/procedure.ts';
import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';
import type { Conversation } from './conversation.ts';
import { FakeStream } from './fake-stream.ts';
import { Script } from './script.ts';

const byNumber = new Map(
  (Object.values(procedures) as Procedure[]).map((procedure) => [
    `${procedure.program}/${procedure.number}`,
    procedure,
  ]),
);

/** What a handler answers with when it wants the client to see an error. */
export class Failure {
  /** What the daemon reports. */
  readonly report: MessageError;

  /** @param report - The fields that matter: `code` is libvirt's number, `message` its words. */
  constructor(report: Partial<MessageError>) {
    this.report = { code: 1, domain: 0, level: 2, int1: 0, int2: 0, ...report };
  }
}

/** What a handler answers with when the client shall wait for ever. */
export const silence: unique symbol = Symbol('silence');

/** One client's socket on the server's side, to misbehave with. */
export interface Peer {
  /** The socket itself. */
  readonly socket: Socket;
  /** The names of the procedures that the client called, in order. */
  readonly calls: string[];
  /** Sends bytes as they are. */
  sendRaw(bytes: Uint8Array): void;
  /** Sends a frame. */
  send(head: Partial<FrameHead>, payload?: Uint8Array): void;
  /** Sends an event message. */
  sendEvent<Name extends keyof RemoteEvents>(
    name: Name,
    message: RemoteEvents[Name] extends EventMessage<infer Message> ? Message : never,
  ): void;
}

/** What a handler knows about a call. */
export interface Call<Args> {
  /** Its arguments. */
  readonly args: Args;
  /** The head of its frame. */
  readonly head: FrameHead;
  /** The arguments as they were sent. */
  readonly payload: Buffer;
  /** Who called. */
  readonly peer: Peer;
}

/** What a handler of a call with a stream knows besides. */
export interface StreamCall<Args> extends Call<Args> {
  /** The stream that opens with the answer. */
  readonly stream: FakeStream;
}

/** What a handler may answer with. */
export type Answer<Ret> = Ret | Failure | typeof silence;
type Handler<Args = unknown, Ret = unknown> = (call: StreamCall<Args>) => Answer<Ret> | Promise<Answer<Ret>>;

/**
 * A libvirt daemon that does what a test tells it, on a real unix socket. A procedure without a handler is answered as
 * a daemon answers one that it does not know, a handler that throws with an internal error of the same message; a client
 * that sends what is no frame is cut.
 *
 * @example
 * ```ts
 * import { procedures } from 'node-libvirt';
 * import { FakeDaemon } from 'node-libvirt/testing';
 *
 * const daemon = await FakeDaemon.start();
 * daemon.on(procedures.connectGetHostname, () => ({ hostname: 'tiny' }));
 * const connection = await daemon.connect();
 * await connection.getHostname() // => 'tiny'
 * await connection.close();
 * await daemon.stop();
 * ```
 */
export class FakeDaemon {
  /** Where it listens. */
  readonly path: string;
  /** Its clients, in the order they came. */
  readonly peers: Peer[] = [];
  private readonly directory: string;
  private readonly server: Server;
  private readonly handlers = new Map<string, Handler>();

  private constructor() {
    this.directory = mkdtempSync(join(tmpdir(), 'fake-libvirtd-'));
    this.path = join(this.directory, 'sock');
    this.server = createServer((socket) => this.accept(socket));
    this.on(procedures.authList, () => ({ types: [0] }));
    this.on(procedures.connectOpen, () => undefined);
    this.on(procedures.connectClose, () => undefined);
  }

  /** Starts one on a socket of its own in the system's temporary folder. */
  static async start(): Promise<FakeDaemon> {
    const daemon = new FakeDaemon();
    await new Promise<void>((resolve) => daemon.server.listen(daemon.path, resolve));
    return daemon;
  }

  /** Answers a procedure from now on: with a value, a {@link Failure}, or {@link silence}. */
  on<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    handler: (call: Call<Args>) => Answer<Ret> | Promise<Answer<Ret>>,
  ): this {
    this.handlers.set(procedure.name, handler as Handler);
    return this;
  }

  /**
   * Answers a procedure that opens a stream. What the handler sends on the stream goes out after the answer.
   */
  onStream<Args, Ret>(
    procedure: StreamProcedure<Args, Ret>,
    handler: (call: StreamCall<Args>) => Answer<Ret> | Promise<Answer<Ret>>,
  ): this {
    this.handlers.set(procedure.name, handler as Handler);
    return this;
  }

  /**
   * Answers as a recorded conversation went: a call gets what the same call got, in turn where it was made several times
   * (the last answer stays); one with other arguments gets what that procedure got.
   */
  play(conversation: Conversation): this {
    const script = new Script(conversation);
    for (const { program, procedure: number } of conversation.calls) {
      const procedure = byNumber.get(`${program}/${number}`);
      if (procedure === undefined) continue;
      this.onStream(procedure as StreamProcedure, ({ head, payload, peer }) => {
        const call = script.next(head, payload);
        for (const frame of call.answers) {
          peer.send({ ...frame, serial: head.serial }, Buffer.from(frame.payload, 'base64'));
        }
        for (const frame of call.messages) peer.send(frame, Buffer.from(frame.payload, 'base64'));
        return silence;
      });
    }
    return this;
  }

  /** The URI of this server. */
  uri(driver: string = 'qemu', path: string = '/system'): string {
    return `${driver}+unix://${path}?socket=${this.path}`;
  }

  /** Connects to it. */
  connect(options?: ConnectOptions): Promise<Connection> {
    return connect(this.uri(), options);
  }

  /**
   * The client's socket that was accepted first.
   *
   * @throws {Error} when no client has connected.
   */
  get peer(): Peer {
    const peer = this.peers[0];
    if (peer === undefined) throw new Error('no client has connected');
    return peer;
  }

  /** Cuts all clients and listens no more, as a daemon that is killed; its handlers stay. */
  async pause(): Promise<void> {
    for (const { socket } of this.peers) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Listens again, as a daemon that was started anew. */
  async resume(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.path, resolve));
  }

  /** Cuts all clients and goes away. */
  async stop(): Promise<void> {
    await this.pause();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  private accept(socket: Socket): void {
    const calls: string[] = [];
    const peer: Peer = {
      socket,
      calls,
      sendRaw: (bytes) => void socket.write(bytes),
      send: (head, payload) => void socket.write(frame(head, payload)),
      sendEvent: (name, message) => {
        const event = remoteEvents[name] as EventMessage;
        const payload = encode(event.name, message);
        peer.send({ program: event.program, procedure: event.number, type: 2 }, payload);
      },
    };
    this.peers.push(peer);
    const streams = new Map<number, FakeStream>();
    const decoder = new FrameDecoder((buffer, start, end) => {
      const frame = Buffer.from(buffer.subarray(start, end));
      const head = readFrameHead(frame, 0);
      if (head.type === 0) void this.respond(peer, streams, frame);
      else streams.get(head.serial)?.accept(head, frame.subarray(frameHeadBytes));
    });
    socket.on('data', (chunk) => {
      try {
        decoder.push(chunk);
      } catch {
        // As a daemon does with a client that talks nonsense.
        socket.destroy();
      }
    });
    socket.on('error', () => {});
  }

  /** Answers a call; what goes wrong over it, the client gets to hear. */
  private async respond(peer: Peer, streams: Map<number, FakeStream>, buffer: Buffer): Promise<void> {
    try {
      await this.answer(peer, streams, buffer);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      sendFailure(peer, readFrameHead(buffer, 0), new Failure({ message }));
    }
  }

  private async answer(peer: Peer, streams: Map<number, FakeStream>, buffer: Buffer): Promise<void> {
    const head = readFrameHead(buffer, 0);
    const procedure = byNumber.get(`${head.program}/${head.procedure}`);
    if (procedure === undefined) return;
    peer.calls.push(procedure.name);
    const decode = serverCodecs[procedure.name]?.decodeArgs;
    const args = buffer.length > frameHeadBytes ? decode?.(new XdrReader(buffer, frameHeadBytes)) : undefined;
    const handler =
      this.handlers.get(procedure.name) ??
      ((): Failure => new Failure({ code: 39, message: `unknown procedure: ${head.procedure}` }));
    const early: (() => void)[] = [];
    let answered = false;
    const { report } = new Failure({ code: 39, message: 'stream aborted at client request' });
    const stream = new FakeStream((part, payload) => {
      const send = (): void => peer.send({ ...head, ...part }, payload);
      if (answered) send();
      else early.push(send);
    }, report);
    const answer = await handler({ args, head, payload: buffer.subarray(frameHeadBytes), peer, stream });
    if (answer === silence || peer.socket.destroyed) return;
    if (answer instanceof Failure) {
      sendFailure(peer, head, answer);
      return;
    }
    const payload = answer === undefined ? undefined : encode(procedure.name, answer);
    if (procedure.carries.endsWith('stream')) streams.set(head.serial, stream);
    peer.send({ ...head, type: 1 }, payload);
    answered = true;
    for (const send of early) send();
  }
}

/** A whole frame. */
export function frame(head: Partial<FrameHead>, payload: Uint8Array = new Uint8Array()): Buffer {
  const whole: FrameHead = { program: 0x20008086, version: 1, procedure: 0, type: 1, serial: 0, status: 0, ...head };
  const bytes = Buffer.concat([emptyFrame(whole), payload]);
  writeFrameHead(bytes, bytes.length, whole);
  return bytes;
}

function sendFailure(peer: Peer, head: FrameHead, { report }: Failure): void {
  if (peer.socket.destroyed) return;
  const writer = new XdrWriter();
  encodeMessageError(writer, report);
  peer.send({ ...head, type: 1, status: 1 }, writer.toBuffer());
}

function encode(name: string, value: unknown): Buffer {
  const writer = new XdrWriter();
  serverCodecs[name]?.encode?.(writer, value as never);
  return writer.toBuffer();
}
