/**
 * Prints the events of a libvirt host as they come: of domains, networks, storage pools, node devices and secrets, and of
 * QEMU's monitor if asked. When the daemon goes away it waits until it is back, and tells what there is then.
 *
 *     npm start -w examples/libvirt-events -- --connect qemu:///system
 */
import { parseArgs } from 'node:util';
import { connect, type Connection, type DomainEventType, type EventStream, LibvirtError } from 'node-libvirt';
import { jsonLine, textLine } from './line.ts';

const usage = `Prints the events of a libvirt host, until Ctrl+C.

  --connect URI   the host (qemu:///system)
  --domain NAME   of domains, only the events of this one
  --qemu          what QEMU says on its monitor, too
  --json          one JSON object a line
  --help          this text`;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        connect: { type: 'string', default: 'qemu:///system' },
        domain: { type: 'string' },
        qemu: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
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
const line = options.json ? jsonLine : textLine;
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop.abort());

/** Those that daemons since libvirt 8.0 know. */
const domainTypes: readonly DomainEventType[] = [
  'lifecycle',
  'reboot',
  'rtc-change',
  'watchdog',
  'io-error-reason',
  'graphics',
  'control-error',
  'block-job-2',
  'disk-change',
  'tray-change',
  'pmwakeup',
  'pmsuspend',
  'balloon-change',
  'pmsuspend-disk',
  'device-added',
  'device-removed',
  'device-removal-failed',
  'tunable',
  'agent-lifecycle',
  'migration-iteration',
  'job-completed',
  'metadata-change',
  'block-threshold',
  'memory-failure',
  'memory-device-size-change',
];

/** Prints a stream until it ends; a family that this daemon does not have ends only its own stream. */
async function follow<Event extends { readonly type: string }, Resource>(
  family: string,
  stream: EventStream<Event, Resource>,
): Promise<void> {
  try {
    await stream.forEach((event) => console.log(line(new Date(), family, event)));
  } catch (error) {
    if (!LibvirtError.isInstance(error) || !['unsupported', 'internal'].includes(error.kind)) throw error;
    console.error(`No events of the family ${family} here: ${error.message}.`);
  }
}

async function watch(connection: Connection): Promise<void> {
  const domain = options.domain === undefined ? undefined : await connection.lookupDomainByName(options.domain);
  const families = [
    follow('daemon', connection.stateEvents()),
    follow('domain', connection.domainEvents({ types: domainTypes, domain })),
    follow('network', connection.networkEvents()),
    follow('pool', connection.storagePoolEvents({ types: ['lifecycle', 'refresh'] })),
    follow('device', connection.nodeDeviceEvents({ types: ['lifecycle', 'update'] })),
    follow('secret', connection.secretEvents({ types: ['lifecycle', 'value-changed'] })),
  ];
  if (options.qemu) families.push(follow('qemu', connection.qemuMonitorEvents({ domain })));
  console.error(`Watching ${await connection.getURI()} on ${await connection.getHostname()}; Ctrl+C ends it.`);
  await Promise.all(families);
}

try {
  const connection = await connect(options.connect, { signal: stop.signal, timeoutMs: 30_000 });
  stop.signal.addEventListener('abort', () => void connection.close());
  await watch(connection).finally(() => connection.close());
} catch (error) {
  if (!LibvirtError.isInstance(error)) throw error;
  if (!stop.signal.aborted) {
    const next =
      error.kind === 'not-found' ? 'examples/libvirt-list shows what there is' : 'Name another host with --connect';
    console.error(`${error.message}. ${next}.`);
    process.exitCode = 1;
  }
}
