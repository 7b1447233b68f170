/**
 * Backs up every machine of a host while its guest goes on: what has changed since the last night, and all of it once a
 * week. Each backup is read again and compared; old ones are deleted only when the new one is good. For a timer of the
 * system's.
 *
 *     npm start -w examples/nightly-backup -- --connect qemu:///system --pool backup
 */
import { parseArgs } from 'node:util';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { backUpAll } from './nightly-backup.ts';

const { values } = parseArgs({
  options: {
    connect: { type: 'string', default: 'qemu:///system' },
    pool: { type: 'string', default: 'backup' },
    keep: { type: 'string', default: '4' },
    tag: { type: 'string' },
  },
});

const keep = Number(values.keep);
if (!Number.isInteger(keep) || keep < 1) {
  console.error(`--keep must be a whole number from 1 on, not ${JSON.stringify(values.keep)}`);
  process.exit(1);
}
const hypervisor = await connectLibvirt(values.connect, { timeoutMs: 30_000 });
try {
  const options = { pool: values.pool, keep, changesPerFull: 6, tag: values.tag };
  for (const { vm, backup, problems, deleted } of await backUpAll(hypervisor, options)) {
    const kind = backup?.since === undefined ? 'all of it' : `what has changed since ${backup.since}`;
    console.log(
      problems.length > 0 ? `${vm}: ${problems.join('; ')}` : `${vm}: ${backup?.name ?? ''}, ${kind}, verified`,
    );
    for (const name of deleted) console.log(`${vm}: ${name} is deleted`);
    if (problems.length > 0) process.exitCode = 1;
  }
} finally {
  await hypervisor.close();
}
