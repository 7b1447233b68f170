import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import { HypervisorError } from '../../error.ts';
import type { VmSpec } from '../../spec/definition/vm-spec.ts';
import type { CreateVmOptions } from '../../spec/operations/vms.ts';
import type { Vm } from '../../spec/vm.ts';
import { trailOf, type Trail } from '../../trail.ts';
import { assertNoProblems, validateSpec } from '../../validate/validate-spec.ts';
import { applyPatches } from '../definition/apply-patches.ts';
import { domainXml } from '../definition/domain-xml.ts';
import { isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { hostProblems } from '../plan/host-problems.ts';
import { xmlProblems } from '../plan/xml-problems.ts';
import { undefineOptions } from './delete.ts';
import { newVolumes, takeBack } from './new-volumes.ts';
import { startDomain } from './start.ts';

/** Makes a machine, or finds the one that was made under the same token; starts it when asked and it is off. */
export async function createVm(host: LibvirtHost, spec: VmSpec, options: CreateVmOptions): Promise<Vm> {
  validateSpec(spec, options);
  const call = { signal: options.signal };
  return host.exclusive(`name ${spec.name}`, call, () => createOrFind(host, spec, options, call));
}

async function createOrFind(host: LibvirtHost, spec: VmSpec, options: CreateVmOptions, call: CallOptions): Promise<Vm> {
  const { start, clientToken } = options;
  const trail = trailOf('create', options, host.clock);
  const known = clientToken === undefined ? undefined : await findByToken(host, clientToken, call);
  const made =
    known === undefined
      ? await make(host, spec, options, trail)
      : { domain: known, isNew: false, undo: async (): Promise<void> => {} };
  const { domain } = made;
  if (start && !(await domain.isActive(call))) {
    try {
      await startDomain(host, domain, call);
      trail('started', domain.name);
    } catch (error) {
      await afterFailedStart(host, made, { error, signal: call.signal });
    }
  }
  return (await host.read(domain, call)).vm;
}

/** A domain, whether it was made now, and how all of it is taken back. */
interface Made {
  readonly domain: Domain;
  readonly isNew: boolean;
  readonly undo: () => Promise<void>;
}

async function make(host: LibvirtHost, spec: VmSpec, options: CreateVmOptions, trail: Trail): Promise<Made> {
  const { clientToken, checkHost } = options;
  const call = { signal: options.signal };
  if (checkHost)
    assertNoProblems(await hostProblems(host, spec, call), `VM ${JSON.stringify(spec.name)} does not fit the host: it`);
  const volumes = newVolumes(host, spec);
  const xml = definition(
    host,
    spec,
    clientToken,
    volumes.map(({ reference }) => `${reference.pool}/${reference.name}`),
  );
  if (volumes.length > 0) await assertNameFree(host, spec.name, call);
  const undone = async (): Promise<void> => {
    const taken = await takeBack(
      host,
      volumes.filter(({ begun }) => begun),
    );
    for (const each of taken) trail('rolled-back', each);
  };
  try {
    for (const volume of volumes) {
      await volume.make(call);
      trail('volume-created', `${volume.reference.pool}/${volume.reference.name}`);
    }
    const domain = await host.connection.defineDomainXML(xml, call);
    trail('defined', spec.name);
    return { domain, isNew: true, undo: undone };
  } catch (error) {
    await undone();
    // Another call with this token may have been faster.
    if (clientToken === undefined || kindOf(error) !== 'already-exists') throw error;
    const domain = await findByToken(host, clientToken, call);
    if (domain === undefined) throw error;
    return { domain, isNew: false, undo: async () => {} };
  }
}

/** The XML that is defined; patched XML is held against libvirt's schema, since libvirt drops what it does not know. */
function definition(
  host: LibvirtHost,
  spec: VmSpec,
  clientToken: string | undefined,
  volumes: readonly string[],
): string {
  const { tags = {}, owner, category, xmlPatches = [] } = spec;
  const metadata = { tags, owner, category, volumes, createdMs: host.clock.now(), clientToken };
  const xml = domainXml(spec, host.context, metadata);
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
 * What could not be started is not left behind; but a start whose outcome is not known may still succeed, and a domain
 * that loses its definition while it starts would vanish when it is stopped.
 *
 * @throws The error, unless the domain runs: then somebody else was faster.
 */
async function afterFailedStart(
  host: LibvirtHost,
  { domain, isNew, undo }: Made,
  { error, signal }: CallOptions & { readonly error: unknown },
): Promise<void> {
  const outcomeUnknown = signal?.aborted || (error as { outcomeUnknown?: boolean }).outcomeUnknown;
  if (outcomeUnknown) throw error;
  const isActive = await domain.isActive({ signal }).catch(() => true); // nothing is taken away that may run
  if (isActive && kindOf(error) === 'conflict') return;
  if (isNew && !isActive) {
    // The caller hears of the failure, not of the tidying up.
    await domain.undefine({ signal, ...undefineOptions(host) }).then(undo, () => {});
  }
  throw error;
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
