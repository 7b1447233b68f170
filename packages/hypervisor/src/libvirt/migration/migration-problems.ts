import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import { parseDomainXML, readXML, writeXML, type DomainXML } from 'node-libvirt/xml';
import type { MigrationOptions, MigrationProblem } from '../../spec/operations/migrations.ts';
import { selectElements } from '../definition/select-elements.ts';
import { isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { findNetwork } from '../networks/networks.ts';
import { findElement, parseXml } from '../xml.ts';
import { storageProblems } from './storage-problems.ts';

type Report = (problem: Omit<MigrationProblem, 'blocking'> & { readonly blocking?: boolean }) => void;

/** What is looked at: a domain, its definition and the two hosts. */
interface Move {
  readonly source: LibvirtHost;
  readonly destination: LibvirtHost;
  readonly domain: Domain;
  readonly xml: string;
  readonly definition: DomainXML;
  readonly active: boolean;
}

/** All that speaks against moving a domain to another host. */
export async function migrationProblems(
  source: LibvirtHost,
  destination: LibvirtHost,
  domain: Domain,
  options: MigrationOptions,
  call: CallOptions,
): Promise<readonly MigrationProblem[]> {
  const problems: MigrationProblem[] = [];
  const report: Report = (problem) => problems.push({ blocking: true, ...problem });
  const [xml, active] = await Promise.all([domain.getXMLDesc(call), domain.isActive(call)]);
  const move = { source, destination, domain, xml, definition: parseDomainXML(xml), active };
  if (await isSameHost(source, destination, call)) {
    report({ subject: 'host', message: 'source and destination are the same host', fix: 'choose another destination' });
    return problems;
  }
  await checkState(move, options, report, call);
  await checkName(move, options, report, call);
  await checkVersions(move, report, call);
  await checkProcessor(move, report, call);
  await checkMemory(move, report, call);
  await checkNetworks(move, report, call);
  checkDevices(move, report);
  problems.push(...(await storageProblems(source, destination, domain, options, call)));
  return problems;
}

async function isSameHost(source: LibvirtHost, destination: LibvirtHost, call: CallOptions): Promise<boolean> {
  const uuids = await Promise.all(
    [source, destination].map(async ({ connection }) => hostUuid(await connection.getCapabilities(call))),
  );
  return uuids[0] !== undefined && uuids[0] === uuids[1];
}

const hostUuid = (capabilities: string): string | undefined =>
  findElement(parseXml(capabilities), 'host', 'uuid')?.text;

async function checkState(
  { source, domain, active }: Move,
  { mode }: MigrationOptions,
  report: Report,
  call: CallOptions,
): Promise<void> {
  const state = await source.state(domain, call);
  const isOffline = mode === 'offline' || (mode === undefined && !active);
  if (isOffline && active)
    report({
      subject: 'state',
      message: `it is ${state}; only a machine that is off moves offline`,
      fix: 'stop it, or move it live',
    });
  if (!isOffline && !active)
    report({
      subject: 'state',
      message: `it is ${state}; only a machine that is on moves live`,
      fix: 'start it, or move it offline',
    });
  if (state === 'suspended')
    report({
      subject: 'state',
      message: 'its memory is saved at the source',
      fix: 'start it, or discard what is saved',
    });
  const snapshots = await domain.snapshotNum(call).catch(() => 0);
  if (snapshots > 0)
    report({
      subject: 'state',
      message: `it has ${snapshots} snapshots, which libvirt does not move`,
      fix: 'delete them',
    });
  const checkpoints = (await domain.listAllCheckpoints(call).catch(() => [])).length;
  if (checkpoints > 0)
    report({
      subject: 'state',
      message: `it has ${checkpoints} checkpoints, which libvirt does not move`,
      fix: 'delete them',
    });
  const { type } = active ? await domain.getJobStats(call) : { type: 'none' };
  if (type !== 'none')
    report({ subject: 'state', message: 'another job is under way on it', fix: 'wait until it has ended' });
}

async function checkName(
  { destination, domain }: Move,
  { destinationName = domain.name }: MigrationOptions,
  report: Report,
  call: CallOptions,
): Promise<void> {
  const { connection } = destination;
  const [named, known] = await Promise.all([
    present(connection.lookupDomainByName(destinationName, call)),
    present(connection.lookupDomainByUUID(domain.uuid, call)),
  ]);
  if (named !== undefined && named.uuid !== domain.uuid)
    report({
      subject: 'name',
      message: `the destination has another VM named ${JSON.stringify(destinationName)}`,
      fix: 'choose a destinationName',
    });
  if (known !== undefined && (await known.isActive(call)))
    report({ subject: 'name', message: 'it runs at the destination already', fix: 'stop one of the two' });
}

async function checkVersions({ source, destination }: Move, report: Report, call: CallOptions): Promise<void> {
  const [from, to] = await Promise.all([source.connection.getVersion(call), destination.connection.getVersion(call)]);
  if (to.text !== from.text && isOlder(to.text, from.text))
    report({
      subject: 'version',
      message: `the destination's hypervisor is older: ${to.text} after ${from.text}`,
      fix: 'update it; going back to an older version is not supported by QEMU for every machine',
      blocking: false,
    });
}

function isOlder(version: string, other: string): boolean {
  const [a, b] = [version, other].map((text) => text.split('.').map(Number));
  for (let i = 0; i < 3; i++) if ((a?.[i] ?? 0) !== (b?.[i] ?? 0)) return (a?.[i] ?? 0) < (b?.[i] ?? 0);
  return false;
}

/** The kind of guest, the mainboard and the processor. */
async function checkProcessor(
  { destination, definition, active, domain }: Move,
  report: Report,
  call: CallOptions,
): Promise<void> {
  const { connection } = destination;
  const { type, os } = definition;
  const { arch, machine } = (os?.type ?? {}) as { arch?: string; machine?: string };
  const asked = { ...call, virtType: type, arch, machine };
  try {
    await connection.getDomainCapabilities(asked);
  } catch (error) {
    const message = `the destination can't run ${arch ?? ''} guests of the kind ${type} on the mainboard ${machine ?? 'default'}: ${(error as Error).message}`;
    return report({ subject: 'cpu', message, fix: 'choose a destination with the same accelerator and emulator' });
  }
  if (definition.cpu?.mode === 'host-passthrough') {
    return report({
      subject: 'cpu',
      message: 'it has the very processor of its host, which must be of the same model at the destination',
      fix: 'give it a named model, or host-model',
      blocking: false,
    });
  }
  if (!active || definition.cpu === undefined) return;
  const live = readXML(await domain.getXMLDesc({ ...call, migratable: true }));
  const [cpu] = selectElements(live, '/domain/cpu');
  if (cpu === undefined) return;
  const result = await connection.compareHypervisorCPU(writeXML(cpu.element), asked).catch(() => 'unknown' as const);
  if (result === 'incompatible')
    report({
      subject: 'cpu',
      message: "the destination's processor lacks features that the guest was given",
      fix: 'use a CPU model that both hosts have',
    });
}

async function checkMemory(
  { destination, definition, active }: Move,
  report: Report,
  call: CallOptions,
): Promise<void> {
  if (!active) return;
  const needed = (definition.memory?.value ?? 0) * 1024;
  const free = await destination.connection.getFreeMemory(call).catch(() => undefined);
  const { memoryBytes } = await destination.connection.getInfo(call);
  if (needed > memoryBytes)
    report({
      subject: 'memory',
      message: `it needs ${needed} bytes; the destination has ${memoryBytes}`,
      fix: 'choose a larger host',
    });
  else if (free !== undefined && needed > free)
    report({
      subject: 'memory',
      message: `it needs ${needed} bytes; ${free} are free at the destination`,
      blocking: false,
    });
}

async function checkNetworks(
  { destination, definition, active }: Move,
  report: Report,
  call: CallOptions,
): Promise<void> {
  const names = new Set(
    (definition.devices?.interface ?? []).flatMap(
      ({ source }) => (source as { network?: string } | undefined)?.network ?? [],
    ),
  );
  for (const name of names) {
    const network = await present(findNetwork(destination, name, call));
    if (network === undefined)
      report({
        subject: 'network',
        message: `there is no network ${JSON.stringify(name)} at the destination`,
        fix: 'create it there',
        blocking: active,
      });
    else if (!(await network.isActive(call)))
      report({
        subject: 'network',
        message: `network ${JSON.stringify(name)} is not active at the destination`,
        fix: 'start it there',
        blocking: active,
      });
  }
}

function checkDevices({ definition, active }: Move, report: Report): void {
  const { hostdev = [], filesystem = [], tpm = [] } = definition.devices ?? {};
  if (hostdev.length > 0)
    report({ subject: 'device', message: 'it has a device of its host', fix: 'detach it first', blocking: active });
  if (filesystem.length > 0)
    report({
      subject: 'device',
      message: 'it has a folder of its host',
      fix: 'unmount and detach it first',
      blocking: active,
    });
  if (tpm.length > 0 && !active)
    report({
      subject: 'device',
      message: 'the state of its TPM stays at the source when it moves offline',
      blocking: false,
    });
}

async function present<T>(lookup: Promise<T>): Promise<T | undefined> {
  try {
    return await lookup;
  } catch (error) {
    if (isNotFound(error) || (error as { kind?: unknown }).kind === 'not-found') return undefined;
    throw error;
  }
}
