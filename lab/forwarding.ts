import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { forwarder } from './state.ts';

/**
 * Opens a port of the machine's loopback for each of some ports in the lab's network.
 *
 * @returns the port outside for each of the names.
 */
export async function startForwarding<Name extends string>(
  holder: number,
  ports: Readonly<Record<Name, number>>,
): Promise<Record<Name, number>> {
  const script = join(import.meta.dirname, 'forward.ts');
  const child = spawn('nsenter', [`--net=/proc/${holder}/ns/net`, process.execPath, ...process.execArgv, script], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const outside: [string, number][] = [];
  for (const [name, port] of Object.entries<number>(ports)) {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    outside.push([name, (server.address() as AddressInfo).port]);
    child.send(port, server);
    await once(child, 'message');
    server.close();
  }
  writeFileSync(forwarder, String(child.pid));
  child.disconnect();
  child.unref();
  return Object.fromEntries(outside) as Record<Name, number>;
}
