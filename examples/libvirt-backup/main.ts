/**
 * Backs up a disk of a running domain into a storage pool: all of it, then what has changed since. Then it proves that
 * the two together are the disk as it was, byte for byte.
 *
 *     npm start -w examples/libvirt-backup -- --connect qemu:///system --pool default web
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connect, type Connection, LibvirtError } from 'node-libvirt';
import { Backups } from './backups.ts';

const usage = `Backs up a disk of a running domain: all of it, then what has changed, and verifies both.

  DOMAIN          the domain's name; it is paused for the second backup and while that is verified
  --connect URI   the host (qemu:///system)
  --disk TARGET   the disk, a qcow2 image of version 3 (vda)
  --pool NAME     the storage pool for the backups, a directory (default)
  --wait-ms N     how long the domain works between the two (5000)
  --remove        remove the backups when they are verified
  --help          this text`;

function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      options: {
        connect: { type: 'string', default: 'qemu:///system' },
        disk: { type: 'string', default: 'vda' },
        pool: { type: 'string', default: 'default' },
        'wait-ms': { type: 'string', default: '5000' },
        remove: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const [domain] = positionals;
    if (!values.help && positionals.length === 1 && domain !== undefined) return { ...values, domain };
    if (!values.help) throw new Error('One domain has to be named');
    console.log(usage);
    return process.exit(0);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return process.exit(2);
  }
}

const options = readOptions();
const stop = new AbortController();
const { signal } = stop;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop.abort());

/** @returns whether what was restored is what the disk was. */
async function run(connection: Connection): Promise<boolean> {
  const domain = await connection.lookupDomainByName(options.domain, { signal });
  const pool = await connection.lookupStoragePoolByName(options.pool, { signal });
  const backups = await Backups.of(domain, options.disk, pool, signal);
  let verified = false;
  try {
    const full = await backups.take('full');
    console.log(`Works for ${options['wait-ms']} ms.`);
    await sleep(Number(options['wait-ms']), undefined, { signal });

    // What the disk is at one moment is only to be had while the guest stands still.
    const wasRunning = (await domain.getState({ signal })).state === 'running';
    if (wasRunning) await domain.suspend();
    try {
      const changes = await backups.take('changes', full);
      const now = await backups.take('now');
      verified = await backups.sameContent(await backups.flatten(changes), now);
    } finally {
      if (wasRunning) await domain.resume();
    }
    console.log(verified ? 'Verified: full + changes are the disk.' : 'NOT the same: do not rely on these backups.');
    return verified;
  } finally {
    await backups.cleanUp({ keep: verified && !options.remove });
  }
}

function explain(error: unknown): string {
  if (signal.aborted) return 'Stopped; nothing is left behind.';
  if (!LibvirtError.isInstance(error)) throw error;
  if (error.message.includes('qcow2 v2')) return `${error.message}. On the host: qemu-img amend -o compat=1.1 IMAGE.`;
  const advice: Partial<Record<string, string>> = {
    'not-found': 'See examples/libvirt-list for what there is.',
    conflict: 'The domain has to run, without another job.',
    capacity: 'Name a pool with more room: --pool.',
    permission: 'Run it as a user of the group libvirt, or as root.',
    unavailable: 'Name another host with --connect.',
    unsupported: 'The domain has to run, and the disk to be a qcow2 image.',
  };
  return `${error.message}. ${advice[error.kind] ?? `Is ${options.disk} a disk of it? Name one with --disk.`}`;
}

let connection: Connection | undefined;
try {
  connection = await connect(options.connect, { signal, timeoutMs: 30_000 });
  if (!(await run(connection))) process.exitCode = 1;
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
} finally {
  await connection?.close();
}
