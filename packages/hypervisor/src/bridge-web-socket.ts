import { systemClock, type Clock } from '@novacron/core';

/** A WebSocket, of a browser, of Node, or of the package `ws`. */
export interface BridgeSocket {
  binaryType: string;
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number;
  send(data: Uint8Array): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'open' | 'close', listener: () => void): void;
  removeEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  removeEventListener(type: 'open' | 'close', listener: () => void): void;
}

/** What is bridged: a console, or `Duplex.toWeb(connect(port, address))` to a screen's VNC or SPICE server. */
export interface BridgeStream {
  /** What the machine writes: a `ReadableStream` of bytes. */
  readonly readable: {
    getReader(): {
      read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
      cancel(): Promise<void>;
      releaseLock(): void;
    };
  };
  /** What the machine reads: a `WritableStream` of bytes. */
  readonly writable: {
    getWriter(): { write(bytes: Uint8Array): Promise<void>; abort(): Promise<void>; releaseLock(): void };
  };
  /** Lets go of it. */
  close?(): Promise<void>;
}

/** How a bridge works. */
export interface BridgeOptions {
  /** Ends it: the socket is closed with 1001. */
  readonly signal?: AbortSignal | undefined;
  /** Bytes that may wait on either side. Above, reading from the stream pauses; what comes in too fast ends the bridge with 1009. @default 4 MiB */
  readonly limitBytes?: number | undefined;
  /** Measures waits. @default the system's clock */
  readonly clock?: Clock | undefined;
}

const [open, closed] = [1, 3];
const lookAgainMs = 5;
/** It is over: what can't be let go of is gone already. */
const letGo = (): void => {};

/**
 * Brings a console or a screen to a browser: what the machine writes goes into a WebSocket as binary messages, what comes
 * from there, as bytes or text, goes to the machine. xterm.js with its attach addon and noVNC speak so. Who may open it is
 * for the caller to decide, before the WebSocket is accepted.
 *
 * The socket is closed with 1000 when the stream ends, 1011 when it fails, 1009 when more comes in than is read, 1001 when
 * the signal fires. However it ends, the stream is let go of.
 *
 * @returns When it is over; it never throws for what happens on either side.
 *
 * @example
 * ```ts no-run
 * import { bridgeWebSocket } from '@novacron/hypervisor';
 * import { connectLibvirt } from '@novacron/hypervisor/libvirt';
 * import { connect } from 'node:net';
 * import { Duplex } from 'node:stream';
 * import { WebSocketServer } from 'ws';
 *
 * const hypervisor = await connectLibvirt('qemu:///system');
 * new WebSocketServer({ port: 8080 }).on('connection', async (socket, { url }) => {
 *   if (url === '/console') return bridgeWebSocket(socket, await hypervisor.vms.openConsole('web-1'));
 *   const { graphics } = await hypervisor.vms.details('web-1');
 *   return bridgeWebSocket(socket, Duplex.toWeb(connect(graphics?.port ?? 0, graphics?.address)));
 * });
 * ```
 */
export async function bridgeWebSocket(
  socket: BridgeSocket,
  stream: BridgeStream,
  options: BridgeOptions = {},
): Promise<void> {
  const { signal, limitBytes = 4_194_304, clock = systemClock } = options;
  const reader = stream.readable.getReader();
  const writer = stream.writable.getWriter();
  const over = new AbortController();
  over.signal.addEventListener('abort', () => void reader.cancel().catch(letGo));
  let waitingBytes = 0;

  const end = (code: number, reason: string): void => {
    if (over.signal.aborted) return;
    over.abort();
    if (socket.readyState <= open) socket.close(code, reason);
  };
  const take = ({ data }: { readonly data: unknown }): void => {
    const bytes = bytesOf(data);
    waitingBytes += bytes.length;
    if (waitingBytes > limitBytes) {
      end(1009, 'More came in than the machine reads');
      return;
    }
    writer.write(bytes).then(
      () => (waitingBytes -= bytes.length),
      () => end(1011, 'The stream failed'),
    );
  };
  const gone = (): void => over.abort();
  const stop = (): void => end(1001, 'The bridge was ended');

  socket.binaryType = 'arraybuffer';
  socket.addEventListener('message', take);
  socket.addEventListener('close', gone);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  if (socket.readyState >= closed) gone();
  try {
    await opened(socket, over.signal);
    while (!over.signal.aborted) {
      const { done, value } = await reader.read();
      if (done) end(1000, 'The machine ended the stream');
      else if (value !== undefined && socket.readyState === open) socket.send(value);
      while (socket.bufferedAmount > limitBytes && !over.signal.aborted) await clock.sleep(lookAgainMs);
    }
  } catch {
    end(1011, 'The stream failed');
  } finally {
    socket.removeEventListener('message', take);
    socket.removeEventListener('close', gone);
    signal?.removeEventListener('abort', stop);
    await reader.cancel().catch(letGo);
    void writer.abort().catch(letGo); // waits for what the machine may never read
    await stream.close?.().catch(letGo);
    reader.releaseLock();
    writer.releaseLock();
  }
}

function bytesOf(data: unknown): Uint8Array {
  if (typeof data === 'string') return new TextEncoder().encode(data);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(0);
}

/** Resolves when the socket is open, or all is over. */
function opened(socket: BridgeSocket, over: AbortSignal): Promise<void> {
  if (socket.readyState >= open) return Promise.resolve();
  return new Promise((resolve) => {
    const settle = (): void => {
      socket.removeEventListener('open', settle);
      resolve();
    };
    socket.addEventListener('open', settle);
    over.addEventListener('abort', settle, { once: true });
  });
}
