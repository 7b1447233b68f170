import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import { parseDomainXML, type DomainXML } from 'node-libvirt/xml';
import type {
  VmDetails,
  VmDetailsOptions,
  VmDisk,
  VmGuest,
  VmJob,
  VmNetworkInterface,
} from '../../spec/operations/vm-details.ts';
import { readGuestFile } from '../guests/guest-files.ts';
import { readGuestAddresses, readGuestInfo } from '../guests/guests.ts';
import type { LibvirtHost } from '../libvirt-host.ts';

type Devices = NonNullable<DomainXML['devices']>;

/** Reasons of a state that say that something went wrong. */
const failures: ReadonlySet<string> = new Set([
  'crashed',
  'panicked',
  'failed',
  'ioerror',
  'postcopy-failed',
  'watchdog',
]);

/** All there is to know of a domain. A part that the hypervisor does not tell is absent. */
export async function readDetails(
  host: LibvirtHost,
  domain: Domain,
  { guest: asked }: Pick<VmDetailsOptions, 'guest'>,
  call: CallOptions,
): Promise<VmDetails> {
  const [{ vm }, xml, active, autostart, savedMemory, persistent] = await Promise.all([
    host.read(domain, call),
    domain.getXMLDesc(call),
    domain.isActive(call),
    domain.getAutostart(call).catch(() => false),
    domain.hasManagedSaveImage(call).catch(() => false),
    domain.isPersistent(call),
  ]);
  const root = parseDomainXML(xml);
  const { disk = [], interface: interfaces = [], graphics = [], channel = [] } = root.devices ?? {};
  const [disks, networkInterfaces, cpuTimeNs, diskErrors = [], guest, job] = await Promise.all([
    Promise.all(disk.map((each) => readDisk(domain, each, call))),
    Promise.all(interfaces.map((each) => readInterface(host, domain, each, call))),
    active ? orUndefined(domain.getInfo(call).then(({ cpuTimeNs }) => cpuTimeNs)) : undefined,
    active ? orUndefined(domain.getDiskErrors(call)) : undefined,
    asked && active ? readGuest(domain, call) : undefined,
    active ? orUndefined(readJob(domain, call)) : undefined,
  ]);
  const agent = channel.find(({ target }) => target.name === 'org.qemu.guest_agent.0');
  const maximumKib = root.memory?.value;
  const errors = diskErrors.map(({ disk: device, error }) => `${device}: ${error}`);
  const { reason } = vm.native;
  const lastError = errors.at(-1) ?? (failures.has(reason ?? '') ? reason : undefined);
  return {
    ...vm,
    reason,
    autostart,
    savedMemory,
    persistent,
    ...(root.vcpu === undefined ? {} : { maximumVcpus: root.vcpu.value }),
    ...(maximumKib === undefined ? {} : { maximumMemoryBytes: maximumKib * 1024 }),
    firmware: root.os?.firmware === 'efi' || root.os?.loader?.type === 'pflash' ? 'uefi' : 'bios',
    disks,
    networkInterfaces,
    ...(graphics[0] === undefined ? {} : { graphics: screenOf(graphics[0]) }),
    ...(agent === undefined ? {} : { agentConnected: agent.target.state === 'connected' }),
    ...(cpuTimeNs === undefined ? {} : { cpuTimeSeconds: cpuTimeNs / 1e9 }),
    ...(guest === undefined ? {} : { guest }),
    ...(lastError === undefined ? {} : { lastError }),
    ...(job === undefined ? {} : { job }),
    diskErrors: errors,
  };
}

/** What the guest's agent tells; nothing when it does not answer. */
async function readGuest(domain: Domain, call: CallOptions): Promise<VmGuest | undefined> {
  const info = await orUndefined(readGuestInfo(domain, call));
  if (info === undefined) return undefined;
  const [networkInterfaces, uptime] = await Promise.all([
    orUndefined(readGuestAddresses(domain, call)),
    orUndefined(readGuestFile(domain, '/proc/uptime', 1024, call)),
  ]);
  const uptimeSeconds = Number.parseFloat(Buffer.from(uptime ?? []).toString());
  return {
    ...info,
    ...(networkInterfaces === undefined ? {} : { networkInterfaces }),
    ...(Number.isFinite(uptimeSeconds) ? { uptimeSeconds } : {}),
  };
}

/** The job that the daemon tells of. */
async function readJob(domain: Domain, call: CallOptions): Promise<VmJob | undefined> {
  const stats = await domain.getJobStats(call);
  const { type, operation = 'unknown', timeElapsedMs: elapsedMs = 0 } = stats;
  if (type === 'none') return undefined;
  const totalBytes = stats.dataTotalBytes ?? stats.diskTotalBytes;
  const processedBytes = stats.dataProcessedBytes ?? stats.diskProcessedBytes;
  return {
    operation,
    elapsedMs,
    ...(totalBytes === undefined ? {} : { totalBytes }),
    ...(processedBytes === undefined ? {} : { processedBytes }),
  };
}

async function readDisk(
  domain: Domain,
  disk: NonNullable<Devices['disk']>[number],
  call: CallOptions,
): Promise<VmDisk> {
  const { device = 'disk', driver, source, target } = disk;
  const path =
    source?.file ?? source?.dev ?? (source?.pool === undefined ? source?.name : `${source.pool}/${source.volume}`);
  const size = path === undefined ? undefined : await orUndefined(domain.getBlockInfo(target.dev, call));
  return {
    device: target.dev,
    type: device === 'lun' ? 'disk' : device,
    ...(target.bus === undefined ? {} : { bus: target.bus }),
    ...(path === undefined ? {} : { source: path }),
    ...(driver?.type === undefined ? {} : { format: driver.type }),
    readOnly: disk.readonly !== undefined,
    ...(size === undefined ? {} : { sizeBytes: size.capacityBytes, allocationBytes: size.allocationBytes }),
  };
}

async function readInterface(
  host: LibvirtHost,
  domain: Domain,
  spec: NonNullable<Devices['interface']>[number],
  call: CallOptions,
): Promise<VmNetworkInterface> {
  const { mac, model, source, target } = spec;
  const macAddress = mac?.address ?? '';
  const network = source?.network ?? source?.bridge ?? source?.dev;
  const leases =
    source?.network === undefined || domain.id === undefined
      ? undefined
      : await orUndefined(
          host.connection
            .lookupNetworkByName(source.network, call)
            .then((found) => found.getDHCPLeases({ ...call, mac: macAddress })),
        );
  return {
    macAddress,
    ...(model === undefined ? {} : { model: model.type }),
    ...(network === undefined ? {} : { network }),
    ...(target === undefined ? {} : { device: target.dev }),
    addresses: (leases ?? []).map(({ address, prefixLength }) => `${address}/${prefixLength}`),
  };
}

function screenOf({
  type,
  listen,
  listenElement,
  port,
}: NonNullable<Devices['graphics']>[number]): NonNullable<VmDetails['graphics']> {
  const address = listen ?? listenElement?.[0]?.address;
  return {
    type,
    ...(address === undefined ? {} : { address }),
    ...(port === undefined || port < 0 ? {} : { port }),
  };
}

/** What one part of many can't tell must not hide the others. */
const orUndefined = <T>(promise: Promise<T>): Promise<T | undefined> => promise.catch(() => undefined);
