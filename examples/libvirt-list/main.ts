/**
 * Lists what libvirt hosts have: domains with their state and statistics, storage pools, networks. It changes nothing.
 *
 *     npm start -w examples/libvirt-list -- --connect qemu:///system --connect qemu+ssh://root@host/system
 */
import { parseArgs } from 'node:util';
import { connect, type Connection, type DomainStats, LibvirtError } from 'node-libvirt';
import { missing, size, table } from './table.ts';

const usage = `Lists domains, storage pools and networks of libvirt hosts.

  --connect URI   a host, may be repeated (qemu:///system)
  --help          this text`;

function readOptions(): readonly string[] {
  try {
    const { values } = parseArgs({
      options: {
        connect: { type: 'string', multiple: true, default: ['qemu:///system'] },
        help: { type: 'boolean' },
      },
    });
    if (values.help !== true) return values.connect;
    console.log(usage);
    return process.exit(0);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return process.exit(2);
  }
}

const uris = readOptions();
/** How long a host may take. */
const timeoutMs = 30_000;
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

/** The sum of what is known; nothing when nothing is. */
function total(values: readonly (number | undefined)[] | undefined): number | undefined {
  const known = values?.filter((value) => value !== undefined) ?? [];
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}

function domainRow({ domain, state, cpu, balloon, vcpus, blocks, interfaces }: DomainStats): readonly string[] {
  return [
    domain.name,
    state?.state ?? missing,
    vcpus === undefined ? missing : String(vcpus.length),
    cpu?.timeNs === undefined ? missing : `${(cpu.timeNs / 1e9).toFixed(1)} s`,
    size(balloon?.currentBytes),
    size(balloon?.rssBytes),
    size(total(blocks?.map(({ readBytes }) => readBytes))),
    size(total(blocks?.map(({ writeBytes }) => writeBytes))),
    size(total(interfaces?.map(({ rxBytes }) => rxBytes))),
    size(total(interfaces?.map(({ txBytes }) => txBytes))),
  ];
}

async function pools(connection: Connection, deadline: AbortSignal): Promise<string> {
  const rows = (await connection.listAllStoragePools({ signal: deadline })).map(async (pool) => {
    const { state, capacityBytes, allocationBytes, availableBytes } = await pool.getInfo({ signal: deadline });
    return [pool.name, state, ...[capacityBytes, allocationBytes, availableBytes].map(size)];
  });
  return table(['POOL', 'STATE', 'CAPACITY', 'USED', 'FREE'], await Promise.all(rows));
}

async function networks(connection: Connection, deadline: AbortSignal): Promise<string> {
  const rows = (await connection.listAllNetworks({ signal: deadline })).map(async (network) => {
    const active = await network.isActive({ signal: deadline });
    // A network without a bridge of its own has an error instead.
    const bridge = await network.getBridgeName({ signal: deadline }).catch(() => missing);
    return [network.name, active ? 'active' : 'inactive', bridge];
  });
  return table(['NETWORK', 'STATE', 'BRIDGE'], await Promise.all(rows));
}

async function report(uri: string): Promise<string> {
  const deadline = AbortSignal.any([stop.signal, AbortSignal.timeout(timeoutMs)]);
  const connection = await connect(uri, { readOnly: true, reconnect: false, signal: deadline });
  try {
    const options = { signal: deadline };
    const [hostname, type, { text: version }, { cpus, memoryBytes }, stats, ...rest] = await Promise.all([
      connection.getHostname(options),
      connection.getType(options),
      connection.getLibVersion(options),
      connection.getInfo(options),
      connection.getAllDomainStats({ ...options, nowait: true }),
      pools(connection, deadline),
      networks(connection, deadline),
    ]);
    const heads = ['DOMAIN', 'STATE', 'VCPUS', 'CPU TIME', 'MEMORY', 'RSS', 'READ', 'WRITTEN', 'RECEIVED', 'SENT'];
    const host = `${hostname}: ${type}, libvirt ${version}, ${cpus} CPUs, ${size(memoryBytes)}`;
    return [host, table(heads, stats.map(domainRow)), ...rest].join('\n\n');
  } finally {
    await connection.close();
  }
}

/** What to do about an error, in the error's own words and one more sentence. */
function explain(uri: string, error: unknown): string {
  if (!LibvirtError.isInstance(error)) throw error;
  const advice: Partial<Record<string, string>> = {
    permission: 'Run it as a user of the group libvirt, or as root.',
    aborted: `It did not answer within ${timeoutMs / 1000} s; see whether virsh -c gets an answer.`,
  };
  return `${uri}: ${error.message}. ${advice[error.kind] ?? 'Name another host with --connect.'}`;
}

const reports = await Promise.allSettled(uris.map(report));
for (const [index, result] of reports.entries()) {
  if (index > 0) console.log();
  if (result.status === 'fulfilled') console.log(result.value);
  else {
    console.error(stop.signal.aborted ? 'Stopped.' : explain(uris[index] ?? '', result.reason));
    process.exitCode = 1;
  }
}
