/** Lets connections to the machine's loopback into the lab's network; runs in that network, with sockets from outside. */
import { createConnection, type Server } from 'node:net';

process.on('message', (port: number, server: Server) => {
  server.on('connection', (outside) => {
    const inside = createConnection({ host: '127.0.0.1', port });
    outside.pipe(inside).pipe(outside);
    outside.on('error', () => inside.destroy());
    inside.on('error', () => outside.destroy());
    outside.on('close', () => inside.destroy());
    inside.on('close', () => outside.destroy());
  });
  process.send?.(port);
});
