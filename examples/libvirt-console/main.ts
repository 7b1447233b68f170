/**
 * Connects the terminal to a guest's console. Every key goes to the guest, Ctrl+C too; Ctrl+] leaves it.
 *
 *     npm start -w examples/libvirt-console -- --connect qemu:///system web
 */
import { parseArgs } from 'node:util';
import { connect, type Connection, LibvirtError, type LibvirtStream } from 'node-libvirt';

const usage = `Connects the terminal to a guest's console; Ctrl+] leaves it.

  DOMAIN           the domain's name
  --connect URI    the host (qemu:///system)
  --device ALIAS   which serial device or console, if not the first: serial1
  --force          take the console from whoever has it open
  --help           this text`;

function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      options: {
        connect: { type: 'string', default: 'qemu:///system' },
        device: { type: 'string' },
        force: { type: 'boolean', default: false },
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
const escapeByte = 0x1d; // Ctrl+]
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop.abort());

/** Sends what is typed, until Ctrl+] or the end of the input. */
async function sendKeys(stream: LibvirtStream): Promise<string> {
  for await (const keys of process.stdin as AsyncIterable<Buffer>) {
    const end = keys.indexOf(escapeByte);
    if (end !== 0) await stream.send(end === -1 ? keys : keys.subarray(0, end));
    if (end !== -1) break;
  }
  return 'Left the console; the guest goes on.';
}

/** Prints what the guest prints, until it is off. */
async function printOutput(stream: LibvirtStream): Promise<string> {
  for (let chunk = await stream.receive(); chunk !== undefined; chunk = await stream.receive()) {
    if (chunk.type === 'data') process.stdout.write(chunk.data);
  }
  return 'The guest has closed its console.';
}

async function talk(connection: Connection): Promise<string> {
  const { signal } = stop;
  const domain = await connection.lookupDomainByName(options.domain, { signal });
  const stream = await domain.openConsole({ device: options.device, force: options.force, signal });
  console.error(`Connected to the console of ${domain.name}; Ctrl+] leaves it.`);
  const terminal = process.stdin.isTTY;
  if (terminal) process.stdin.setRawMode(true);
  try {
    return await Promise.race([sendKeys(stream), printOutput(stream)]);
  } finally {
    if (terminal) process.stdin.setRawMode(false);
    process.stdin.destroy();
    await stream.abort();
  }
}

function explain(error: unknown): string {
  if (!LibvirtError.isInstance(error)) throw error;
  // libvirt has no number of its own for a console that somebody else has open.
  if (error.message.includes('Active console session')) return `${error.message}. Take it with --force.`;
  const advice: Partial<Record<string, string>> = {
    'not-found': 'See examples/libvirt-list for what there is.',
    conflict: 'Start the domain first: examples/libvirt-lifecycle shows how.',
    permission: 'Run it as a user of the group libvirt, or as root.',
    unavailable: 'Name another host with --connect.',
  };
  return `${error.message}. ${advice[error.kind] ?? 'The domain needs a <serial> or <console> of type pty.'}`;
}

try {
  const connection = await connect(options.connect, { reconnect: false, signal: stop.signal, timeoutMs: 30_000 });
  const farewell = await talk(connection).finally(() => connection.close());
  console.error(`\n${farewell}`);
} catch (error) {
  console.error(stop.signal.aborted ? '\nStopped.' : explain(error));
  process.exitCode = 1;
}
