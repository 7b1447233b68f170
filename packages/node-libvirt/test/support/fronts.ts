import { readFileSync } from 'node:fs';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { FakeDaemon } from '../../src/testing/fake-daemon.ts';

const pki = join(import.meta.dirname, '../fixtures/pki');

/** A file of the tests' certificates: `ca.pem`, `server-key.pem`, ... */
export function pem(name: string): string {
  return readFileSync(join(pki, name), 'utf8');
}

/** A server in front of a fake daemon. */
export interface Front {
  readonly port: number;
  /** Its clients, in the order they came. */
  readonly sockets: Socket[];
  close(): Promise<void>;
}

/** Lets TCP clients in to a daemon. */
export function tcpFront(daemon: FakeDaemon, host: string = '127.0.0.1'): Promise<Front> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => connectThrough(socket, daemon, sockets));
  return listen(server, sockets, host);
}

/** Lets TLS clients in to a daemon, as libvirtd does: with a byte that says that it takes their certificate. */
export function tlsFront(
  daemon: FakeDaemon,
  { identity = 'server', welcome = [1], ...options }: TlsOptions & { identity?: string; welcome?: number[] } = {},
): Promise<Front> {
  const sockets: Socket[] = [];
  const server = createTlsServer(
    { cert: pem(`${identity}.pem`), key: pem(`${identity}-key.pem`), ca: pem('ca.pem'), requestCert: true, ...options },
    (socket) => {
      socket.write(Buffer.from(welcome));
      connectThrough(socket, daemon, sockets);
    },
  );
  server.on('tlsClientError', () => {});
  return listen(server, sockets, '127.0.0.1');
}

function connectThrough(socket: Socket, daemon: FakeDaemon, sockets: Socket[]): void {
  sockets.push(socket);
  const inner = createConnection(daemon.path);
  socket.pipe(inner).pipe(socket);
  socket.on('error', () => inner.destroy()).on('close', () => inner.destroy());
  inner.on('error', () => socket.destroy()).on('close', () => socket.destroy());
}

function listen(server: Server, sockets: Socket[], host: string): Promise<Front> {
  return new Promise((resolve) => {
    server.listen(0, host, () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        sockets,
        close: () => {
          for (const socket of sockets) socket.destroy();
          return new Promise((closed) => server.close(() => closed()));
        },
      }),
    );
  });
}
