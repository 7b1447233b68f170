/**
 * Migrates a domain to another host while it runs, with progress. Ctrl+C aborts it: the domain stays where it was.
 *
 *     npm start -w examples/libvirt-migrate -- --connect qemu:///system --to qemu+ssh://root@there/system web
 */
import { parseArgs } from 'node:util';
import { connect, type Connection, LibvirtError } from 'node-libvirt';
import { showProgress } from './progress.ts';

const usage = `Migrates a domain to another host while it runs. Ctrl+C aborts it: the domain stays where it was.

  DOMAIN                the domain's name
  --to URI              the host it goes to
  --connect URI         the host it is on (qemu:///system)
  --copy-disks          the hosts do not share the disks; images of the same size have to be there
  --bandwidth-mib N     the most to send, MiB per second (what the hypervisor has set)
  --max-downtime-ms N   how long the guest may stand still at the end (what the hypervisor has set)
  --unsafe              although libvirt thinks that the disks may get damaged
  --help                this text`;

function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      options: {
        connect: { type: 'string', default: 'qemu:///system' },
        to: { type: 'string' },
        'copy-disks': { type: 'boolean', default: false },
        'bandwidth-mib': { type: 'string' },
        'max-downtime-ms': { type: 'string' },
        unsafe: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const [domain] = positionals;
    const { to, help } = values;
    if (!help && to !== undefined && positionals.length === 1 && domain !== undefined) return { ...values, to, domain };
    if (!help) throw new Error('One domain and --to have to be named');
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

const mebibyte = 1024 ** 2;
const number = (text: string | undefined, unit = 1): number | undefined => (text ? Number(text) * unit : undefined);

async function migrate(here: Connection, there: Connection): Promise<string> {
  const domain = await here.lookupDomainByName(options.domain, { signal });
  const persistent = await domain.isPersistent({ signal });
  const done = new AbortController();
  const progress = showProgress(domain, done.signal);
  const startMs = performance.now();
  try {
    const moved = await domain.migrate(there, {
      live: true,
      persistDestination: persistent,
      undefineSource: persistent,
      nonSharedDisk: options['copy-disks'],
      bandwidthBytesPerSecond: number(options['bandwidth-mib'], mebibyte),
      maxDowntimeMs: number(options['max-downtime-ms']),
      unsafe: options.unsafe,
      signal,
    });
    const [{ state }, { downtimeMs = 0 }] = await Promise.all([
      moved.getState(),
      moved.getJobStats({ completed: true }),
    ]);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    return `${moved.name} is ${state} on ${await there.getHostname()} after ${seconds} s; it stood still for ${downtimeMs} ms.`;
  } finally {
    done.abort();
    await progress;
  }
}

function explain(error: unknown): string {
  if (signal.aborted) return `Stopped; ${options.domain} stays where it was.`;
  if (!LibvirtError.isInstance(error)) throw error;
  if (error.code === 'LIBVIRT_MIGRATE_UNSAFE') {
    return `${error.message}. If both hosts see the same disks, say --unsafe; if not, --copy-disks.`;
  }
  if (error.outcomeUnknown) return `${error.message}. See on both hosts where it is: examples/libvirt-list.`;
  const advice: Partial<Record<string, string>> = {
    'not-found': 'What the domain uses must be on both hosts: see examples/libvirt-list.',
    conflict: 'Start the domain first; one that is off is moved by its definition.',
    permission: 'Run it as a user of the group libvirt, or as root, on both hosts.',
    unavailable: 'Name the hosts with --connect and --to.',
  };
  return `${error.message}. ${advice[error.kind] ?? 'The domain stays where it was.'}`;
}

const connections: Connection[] = [];
try {
  for (const uri of [options.connect, options.to]) {
    connections.push(await connect(uri, { signal, timeoutMs: 30_000 }));
  }
  const [here, there] = connections as [Connection, Connection];
  console.log(await migrate(here, there));
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
} finally {
  await Promise.all(connections.map((connection) => connection.close()));
}
