import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, connect, type ConnectOptions } from '../index.ts';
import { type Clock, systemClock } from '../rpc/clock.ts';
import { FrameDecoder, FrameLengthError } from '../rpc/frame-decoder.ts';
import { type FrameHead, frameHeadBytes, readFrameHead } from '../rpc/frame.ts';
import { type Fault, FaultLane } from './fault-lane.ts';
import { type Conversation, ConversationRecorder, procedureName } from './conversation.ts';

/** A frame that passes a {@link FaultProxy}. */
export interface PassingFrame {
  /** Whither it goes. */
  readonly to: 'daemon' | 'client';
  readonly head: FrameHead;
  /** The procedure's name in `procedures`, or its numbers. */
  readonly procedure: string;
  /** The whole frame, head included. */
  readonly bytes: Buffer;
  /** Which connection of the proxy, counted from 0. */
  readonly connection: number;
  /** Which frame of that connection in that direction, counted from 0. */
  readonly index: number;
}

/** Decides what is done to a frame; nothing for most. */
export type FaultRule = (frame: PassingFrame) => Fault | undefined;

/** What a {@link FaultProxy} is made of. */
export interface FaultProxyOptions {
  /** The socket of the real daemon, or of a {@link FakeDaemon}. */
  readonly target: string;
  /** What is done to which frame; may be changed later. */
  readonly rule?: FaultRule | undefined;
  /** Where time comes from. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/**
 * Stands between a client and a daemon on a socket of its own, passes their frames on, and does to them what a rule says:
 * delays, loses, reorders, garbles or cuts. It can also freeze, and write down what is said. A side that sends what is no
 * frame is cut.
 *
 * @example
 * ```ts
 * import { LibvirtError, procedures } from 'node-libvirt';
 * import { FakeDaemon, FaultProxy } from 'node-libvirt/testing';
 *
 * const daemon = await FakeDaemon.start();
 * daemon.on(procedures.connectGetHostname, () => ({ hostname: 'tiny' }));
 * const proxy = await FaultProxy.start({ target: daemon.path });
 * const connection = await proxy.connect();
 *
 * proxy.rule = ({ to, procedure }) =>
 *   to === 'client' && procedure === 'connectGetHostname' ? { kind: 'cut' } : undefined;
 * const error: unknown = await connection.getHostname().catch((reason: unknown) => reason);
 * LibvirtError.isInstance(error) && error.code // => 'LIBVIRT_CONNECTION_LOST'
 *
 * proxy.rule = undefined;
 * await connection.getHostname() // => 'tiny'
 * await connection.close();
 * await proxy.stop();
 * await daemon.stop();
 * ```
 */
export class FaultProxy {
  /** Where it listens. */
  readonly path: string;
  /** What is done to frames from now on. */
  rule: FaultRule | undefined;

  private readonly target: string;
  private readonly clock: Clock;
  private readonly directory: string;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private conversation: Conversation | undefined;
  private connections = 0;
  private frozen = false;

  private constructor(options: FaultProxyOptions) {
    this.target = options.target;
    this.rule = options.rule;
    this.clock = options.clock ?? systemClock;
    this.directory = mkdtempSync(join(tmpdir(), 'libvirt-proxy-'));
    this.path = join(this.directory, 'sock');
    this.server = createServer((socket) => this.accept(socket));
  }

  /** Starts one on a socket of its own in the system's temporary folder. */
  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    await new Promise<void>((resolve) => proxy.server.listen(proxy.path, resolve));
    return proxy;
  }

  /** The URI through this proxy. */
  uri(driver: string = 'qemu', path: string = '/system'): string {
    return `${driver}+unix://${path}?socket=${this.path}`;
  }

  /** Connects through it. */
  async connect(options?: ConnectOptions): Promise<Connection> {
    return connect(this.uri(), options);
  }

  /** Cuts every connection that is open; new ones are taken. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Passes nothing on any more, in no direction, and cuts nothing: as a daemon that hangs. */
  freeze(): void {
    this.frozen = true;
    for (const socket of this.sockets) socket.pause();
  }

  /** Goes on where it froze. */
  thaw(): void {
    this.frozen = false;
    for (const socket of this.sockets) socket.resume();
  }

  /** Writes down what is said on connections made from now on; {@link FakeDaemon.play} answers by it. */
  record(): Conversation {
    return (this.conversation = { version: 1, calls: [] });
  }

  /** Cuts all and goes away; the daemon stays. */
  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  private accept(client: Socket): void {
    const daemon = createConnection(this.target);
    const connection = this.connections++;
    const recorder = this.conversation === undefined ? undefined : new ConversationRecorder(this.conversation);
    const cut = (): void => {
      client.destroy();
      daemon.destroy();
    };
    this.join(client, daemon, 'daemon', connection, cut, recorder?.fromClient.bind(recorder));
    this.join(daemon, client, 'client', connection, cut, recorder?.fromDaemon.bind(recorder));
  }

  private join(
    from: Socket,
    output: Socket,
    to: PassingFrame['to'],
    connection: number,
    cut: () => void,
    record: ((head: FrameHead, payload: Buffer) => void) | undefined,
  ): void {
    const lane = new FaultLane(output, this.clock);
    let index = 0;
    const decoder = new FrameDecoder((buffer, start, end) => {
      const bytes = Buffer.from(buffer.subarray(start, end));
      const head = readFrameHead(bytes, 0);
      record?.(head, bytes.subarray(frameHeadBytes));
      const passing = { to, head, procedure: procedureName(head), bytes, connection, index: index++ };
      const fault = this.rule?.(passing);
      lane.pass(bytes, fault, cut);
    });
    this.sockets.add(from);
    if (this.frozen) from.pause();
    from.on('data', (chunk) => {
      try {
        decoder.push(chunk);
      } catch (error) {
        // What is no frame can't be passed on as one; a rule that throws is for its author to hear of.
        if (!(error instanceof FrameLengthError)) throw error;
        cut();
      }
    });
    from.on('error', cut);
    from.on('close', () => {
      this.sockets.delete(from);
      cut();
    });
  }
}
