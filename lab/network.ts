import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { namespaceOf, networkHolder, networkNamespace } from './state.ts';

/** Names no machine: migration refuses 127.0.0.1, and the machine's own name leads out of the namespace. */
const address = '192.168.189.1/32';

/**
 * Makes the lab's network namespace, with its loopback up.
 *
 * @returns the process that keeps it alive.
 */
export async function startNetwork(): Promise<number> {
  const command = `ip link set lo up && ip address add ${address} dev lo && exec sleep infinity`;
  const holder = spawn('unshare', ['--net', 'sh', '-c', command], { detached: true, stdio: 'ignore' });
  holder.unref();
  const { pid } = holder;
  if (pid === undefined) throw new Error('unshare(1) can not be started; install util-linux');
  for (let attempt = 0; attempt < 100; attempt++) {
    const namespace = namespaceOf(pid, 'net');
    if (namespace !== undefined && namespace !== namespaceOf('self', 'net')) {
      writeFileSync(networkNamespace, namespace);
      writeFileSync(networkHolder, String(pid));
      await sleep(50);
      return pid;
    }
    await sleep(20);
  }
  throw new Error('The lab can not make a network namespace; it needs root with CAP_SYS_ADMIN');
}
