import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import type { CreateVmOptions } from '../spec/hypervisor.ts';
import type { VmSpec } from '../spec/vm-spec.ts';
import type { Vm } from '../spec/vm.ts';
import { validateSpec } from '../validate-spec.ts';
import { undefineOptions } from './delete.ts';
import { domainXml } from './domain-xml.ts';
import type { LibvirtHost } from './libvirt-host.ts';
import { startDomain } from './start.ts';

/** Makes a machine, or finds the one that was made under the same token; starts it when asked and it is off. */
export async function createVm(host: LibvirtHost, spec: VmSpec, options: CreateVmOptions): Promise<Vm> {
  validateSpec(spec, options);
  const { start, clientToken, signal } = options;
  const call = { signal };
  const known = clientToken === undefined ? undefined : await findByToken(host, clientToken, call);
  const { domain, isNew } =
    known === undefined ? await define(host, spec, clientToken, call) : { domain: known, isNew: false };
  if (start && !(await domain.isActive(call))) {
    try {
      await startDomain(host, domain, call);
    } catch (error) {
      await afterFailedStart(host, domain, isNew, { error, signal });
    }
  }
  return (await host.read(domain, call)).vm;
}

async function define(
  host: LibvirtHost,
  spec: VmSpec,
  clientToken: string | undefined,
  call: CallOptions,
): Promise<{ readonly domain: Domain; readonly isNew: boolean }> {
  const metadata = { tags: spec.tags ?? {}, createdMs: host.clock.now(), clientToken };
  try {
    const domain = await host.connection.defineDomainXML(domainXml(spec, host.context, metadata), call);
    return { domain, isNew: true };
  } catch (error) {
    // Another call with this token may have been faster.
    if (clientToken === undefined || kindOf(error) !== 'already-exists') throw error;
    const domain = await findByToken(host, clientToken, call);
    if (domain === undefined) throw error;
    return { domain, isNew: false };
  }
}

/**
 * What could not be started is not left behind; but a start whose outcome is not known may still succeed, and a domain
 * that loses its definition while it starts would vanish when it is stopped.
 *
 * @throws The error, unless the domain runs: then somebody else was faster.
 */
async function afterFailedStart(
  host: LibvirtHost,
  domain: Domain,
  isNew: boolean,
  { error, signal }: CallOptions & { readonly error: unknown },
): Promise<void> {
  const outcomeUnknown = signal?.aborted || (error as { outcomeUnknown?: boolean }).outcomeUnknown;
  if (outcomeUnknown) throw error;
  const isActive = await domain.isActive({ signal }).catch(() => true); // nothing is taken away that may run
  if (isActive && kindOf(error) === 'conflict') return;
  // The caller hears of the failure, not of the tidying up.
  if (isNew && !isActive) await domain.undefine({ signal, ...undefineOptions(host) }).catch(() => {});
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
