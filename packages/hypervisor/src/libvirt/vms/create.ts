import { randomUUID } from 'node:crypto';
import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import { conflictError, HypervisorError } from '../../error.ts';
import type { VmSpec } from '../../spec/definition/vm-spec.ts';
import type { CreateVmOptions } from '../../spec/operations/vms.ts';
import type { Vm } from '../../spec/vm.ts';
import { trailOf, type Trail } from '../../trail.ts';
import { assertNoProblems, validateSpec } from '../../validate/validate-spec.ts';
import { applyPatches } from '../definition/apply-patches.ts';
import { domainXml } from '../definition/domain-xml.ts';
import { isAway, isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { hostProblems } from '../plan/host-problems.ts';
import { xmlProblems } from '../plan/xml-problems.ts';
import { isOutcomeUnknown } from '../outcome-unknown.ts';
import { withSecrets } from '../storage/volume-secret.ts';
import { takeBack, volumeUndo, withLeftBehind, type Undo } from '../take-back.ts';
import { undefineDomain } from './delete.ts';
import { newVolumes, type NewVolume } from './new-volumes.ts';
import { startDomain } from './start.ts';

const lookMs = 250;
const fewestLooks = 3;
const mostLooks = 40;

/** Makes a machine, or finds the one that was made under the same token; starts it when asked and it is off. */
export async function createVm(host: LibvirtHost, spec: VmSpec, options: CreateVmOptions): Promise<Vm> {
  validateSpec(spec, options);
  const call = { signal: options.signal };
  const { clientToken } = options;
  const keys = [`name ${spec.name}`, ...(clientToken === undefined ? [] : [`token ${clientToken}`])];
  return host.exclusive(keys, call, () => createOrFind(host, spec, options, call));
}

async function createOrFind(host: LibvirtHost, spec: VmSpec, options: CreateVmOptions, call: CallOptions): Promise<Vm> {
  const { start, clientToken } = options;
  const trail = trailOf('create', options, host.clock);
  const known = clientToken === undefined ? undefined : await findByToken(host, clientToken, call);
  const made = known === undefined ? await make(host, spec, options, trail) : { domain: known };
  const { domain } = made;
  if (start && !(await host.again(() => domain.isActive(call)))) {
    try {
      await startDomain(host, domain, call);
      trail('started', domain.name);
    } catch (error) {
      await afterFailedStart(host, made, { error, signal: call.signal });
    }
  }
  return (await host.again(() => host.read(domain, call))).vm;
}

/** A domain, and how all of it is taken back if it was made now. */
interface Made {
  readonly domain: Domain;
  /** @throws The error that made it necessary, with what could not be taken back. */
  readonly undo?: (error: unknown) => Promise<never>;
}

async function make(host: LibvirtHost, asked: VmSpec, options: CreateVmOptions, trail: Trail): Promise<Made> {
  const { clientToken, checkHost } = options;
  const call = { signal: options.signal };
  if (checkHost)
    assertNoProblems(
      await hostProblems(host, asked, { start: options.start }, call),
      `VM ${JSON.stringify(asked.name)} does not fit the host: it`,
    );
  const spec = { ...asked, disks: withSecrets(asked.disks ?? []) };
  const volumes = newVolumes(host, spec);
  const uuid = randomUUID(); // by it the domain is known when the answer to its definition is lost
  const xml = definition(host, spec, { uuid, clientToken, volumes });
  if (volumes.length > 0) await assertNameFree(host, spec.name, call);
  let defining = false;
  const undo = async (error: unknown): Promise<never> => {
    const ofVolumes = volumes
      .filter(({ begun }) => begun)
      .map(({ reference, secret }) => volumeUndo(host, reference, secret));
    const domain = await takeBack(host, defining ? [domainUndo(host, uuid, spec.name)] : [], error);
    // A definition that stays needs its volumes.
    const kept = { gone: [], left: ofVolumes.map(({ what }) => what) };
    const rest = domain.left.length > 0 ? kept : await takeBack(host, ofVolumes, error);
    for (const each of [...domain.gone, ...rest.gone]) trail('rolled-back', each);
    throw withLeftBehind(error, [...domain.left, ...rest.left]);
  };
  try {
    for (const volume of volumes) {
      await volume.make(call);
      trail('volume-created', `${volume.reference.pool}/${volume.reference.name}`);
    }
    defining = true;
    const domain = await host.connection.defineDomainXML(xml, call);
    trail('defined', spec.name);
    return { domain, undo };
  } catch (error) {
    // Another call with this token may have been faster.
    const isTaken = clientToken !== undefined && kindOf(error) === 'already-exists';
    const undone: unknown = await undo(error).catch((reason: unknown) => reason);
    const domain = isTaken ? await findByToken(host, clientToken, call) : undefined;
    if (domain === undefined) throw undone;
    return { domain };
  }
}

/** How a definition is taken back: not from a domain that runs, which would vanish when it is stopped. */
function domainUndo(host: LibvirtHost, uuid: string, name: string): Undo {
  return {
    what: `VM ${name}`,
    async remove() {
      const domain = await host.connection.lookupDomainByUUID(uuid);
      if (await domain.isActive()) throw conflictError('take it back', name, 'running', ['stopped']);
      await undefineDomain(host, domain);
    },
  };
}

/** The XML that is defined; patched XML is held against libvirt's schema, since libvirt drops what it does not know. */
function definition(
  host: LibvirtHost,
  spec: VmSpec,
  {
    uuid,
    clientToken,
    volumes,
  }: Pick<CreateVmOptions, 'clientToken'> & {
    readonly uuid: string;
    readonly volumes: readonly NewVolume[];
  },
): string {
  const { tags = {}, owner, category, xmlPatches = [] } = spec;
  const references = volumes.map(({ reference }) => `${reference.pool}/${reference.name}`);
  const metadata = { tags, owner, category, volumes: references, createdMs: host.clock.now(), clientToken };
  const xml = domainXml(spec, host.context, metadata, uuid);
  if (xmlPatches.length === 0) return xml;
  const patched = applyPatches(xml, xmlPatches);
  assertNoProblems(xmlProblems(patched), `The XML of VM ${JSON.stringify(spec.name)}`);
  return patched;
}

/** Before anything is made for it: a volume's name must not hide that it is the machine's name that is taken. */
async function assertNameFree(host: LibvirtHost, name: string, call: CallOptions): Promise<void> {
  try {
    await host.connection.lookupDomainByName(name, call);
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
  throw new HypervisorError({
    kind: 'already-exists',
    message: `A VM named ${JSON.stringify(name)} exists`,
    details: { vm: name },
  });
}

/**
 * What could not be started is not left behind; but a start that was given up may still succeed, and a domain that loses its
 * definition while it starts would vanish when it is stopped. When the daemon was lost, it is seen what became of it.
 *
 * @throws The error, unless the domain runs: then somebody else was faster, or only the answer was lost.
 */
async function afterFailedStart(
  host: LibvirtHost,
  { domain, undo }: Made,
  { error, signal }: CallOptions & { readonly error: unknown },
): Promise<void> {
  const wasLost = isAway(error);
  if (signal?.aborted || (isOutcomeUnknown(error) && !wasLost)) throw error;
  // Nothing is taken away that may run.
  const isActive = await (wasLost ? settledActivity(host, domain) : domain.isActive({ signal })).catch(() => undefined);
  if (isActive && (wasLost || kindOf(error) === 'conflict')) return;
  if (undo !== undefined && isActive === false) return undo(error);
  throw isActive === undefined && undo !== undefined ? withLeftBehind(error, [`VM ${domain.name}`]) : error;
}

/** Whether a domain runs after its daemon came back, which then ends guests that were only half started. */
async function settledActivity(host: LibvirtHost, domain: Domain): Promise<boolean> {
  for (let look = 1; ; look++) {
    const state = await host.again(() => host.state(domain, {}));
    const isUnderWay = state === 'starting' || state === 'stopping';
    if (!isUnderWay && look >= fewestLooks) return state !== 'stopped' && state !== 'crashed';
    if (look >= mostLooks) throw conflictError('see what became of it', domain.name, state, ['running', 'stopped']);
    await host.clock.sleep(lookMs);
  }
}

async function findByToken(host: LibvirtHost, clientToken: string, call: CallOptions): Promise<Domain | undefined> {
  const domains = await host.connection.listAllDomains(call);
  const results = await Promise.allSettled(domains.map((domain) => host.read(domain, call)));
  return domains.find((_, index) => {
    const result = results[index];
    return result?.status === 'fulfilled' && result.value.metadata.clientToken === clientToken;
  });
}

const kindOf = (error: unknown): unknown => (error as { kind?: unknown }).kind;
