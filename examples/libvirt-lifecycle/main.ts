/**
 * Takes one virtual machine through its life: define, start, wait for the guest agent, shut down, undefine. Nothing of it
 * is left behind, whatever happens on the way.
 *
 *     npm start -w examples/libvirt-lifecycle -- --guest /srv/guest
 */
import { parseArgs } from 'node:util';
import { connect, type Connection, type Domain, type DomainEvent, LibvirtError } from 'node-libvirt';
import { domainXml } from './domain-xml.ts';

const usage = `Takes one virtual machine through its life on a libvirt host, and removes it.

  --connect URI    the host (qemu:///system)
  --name NAME      the name of the machine, not to exist yet (libvirt-lifecycle-PID)
  --type TYPE      kvm, qemu, test, ... (kvm where the host has it, else qemu)
  --guest FOLDER   a folder of the host with a Linux to boot, vmlinuz and initrd.gz (none: an empty machine)
  --memory-mib N   its memory (128)
  --agent-ms N     how long its guest agent may take to come (60000)
  --help           this text`;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        connect: { type: 'string', default: 'qemu:///system' },
        name: { type: 'string', default: `libvirt-lifecycle-${process.pid}` },
        type: { type: 'string' },
        guest: { type: 'string' },
        'memory-mib': { type: 'string', default: '128' },
        'agent-ms': { type: 'string', default: '60000' },
        help: { type: 'boolean', default: false },
      },
    });
    if (!values.help) return values;
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

const tell = (text: string): void => console.log(`${(performance.now() / 1000).toFixed(1).padStart(5)} s  ${text}`);

/** Subscribes at once; what it returns waits for the event, and answers false when it does not come in time. */
async function watchFor(connection: Connection, domain: Domain, matches: (event: DomainEvent) => boolean) {
  const events = connection.domainEvents({ types: ['lifecycle', 'agent-lifecycle'], domain, signal });
  await events.ready;
  return async (withinMs: number): Promise<boolean> => {
    const tooLate = setTimeout(() => void events.return(), withinMs);
    try {
      for await (const event of events) if (event.type !== 'gap' && matches(event)) return true;
      return false;
    } finally {
      clearTimeout(tooLate);
    }
  };
}

async function live(connection: Connection, domain: Domain): Promise<void> {
  const agent = await watchFor(connection, domain, (event) => 'state' in event && event.state === 'connected');
  await domain.create({ signal });
  tell(`started: ${(await domain.getState({ signal })).state}`);

  if (options.guest !== undefined && (await agent(Number(options['agent-ms'])))) {
    const { os, hostname } = await domain.getGuestInfo({ types: ['os', 'hostname'], signal });
    tell(
      `its guest agent is there: ${hostname ?? 'no name'}, ${os?.prettyName ?? os?.kernelRelease ?? 'unknown system'}`,
    );
  } else tell('there is no guest agent');

  const off = await watchFor(connection, domain, (event) => event.type === 'lifecycle' && event.event === 'stopped');
  await domain.shutdown({ signal });
  if (await off(options.guest === undefined ? 2000 : 30_000)) tell('shut down');
  else tell('it does not shut down by itself: the power is cut');
}

/** Whatever state it is in. */
async function remove(domain: Domain): Promise<void> {
  await domain.destroy().catch((error: unknown) => {
    if (!LibvirtError.isInstance(error) || error.kind !== 'conflict') throw error; // it is off
  });
  await domain.undefine();
  tell('undefined');
}

function explain(error: unknown): string {
  if (!LibvirtError.isInstance(error)) throw error;
  const advice: Partial<Record<string, string>> = {
    'already-exists': 'Choose another --name.',
    permission: 'Run it as a user of the group libvirt, or as root.',
    invalid: 'See which --type the host has: virsh capabilities.',
    unavailable: 'Name another host with --connect.',
  };
  return `${error.message}. ${advice[error.kind] ?? "See the host's log of the machine: /var/log/libvirt."}`;
}

let connection: Connection | undefined;
try {
  connection = await connect(options.connect, { signal, timeoutMs: 30_000 });
  const domain = await connection.defineDomainXML(await domainXml(connection, options));
  tell(`defined ${domain.name} (${domain.uuid})`);
  try {
    await live(connection, domain);
  } finally {
    await remove(domain);
  }
} catch (error) {
  console.error(signal.aborted ? 'Stopped.' : explain(error));
  process.exitCode = 1;
} finally {
  await connection?.close();
}
