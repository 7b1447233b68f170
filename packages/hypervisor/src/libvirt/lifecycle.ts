import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import { conflictError, HypervisorError } from '../error.ts';
import { queryVms } from '../query-vms.ts';
import type { DeleteVmOptions, StopVmOptions, VmOperations } from '../spec/hypervisor.ts';
import { statesAllowing, type VmAction, type VmState } from '../spec/vm-state.ts';
import type { VmSpec } from '../spec/vm-spec.ts';
import type { Vm } from '../spec/vm.ts';
import { validateSpec } from '../validate-spec.ts';
import { domainXml } from './domain-xml.ts';
import { isNotFound, type LibvirtHost } from './libvirt-host.ts';
import { mapError } from './map-error.ts';
import { mapState } from './map-vm.ts';
import { rebootGuest, waitForState } from './wait.ts';

type Lifecycle = Omit<VmOperations, 'stats'>;

/** Making, changing and finding machines on libvirt. */
export function libvirtLifecycle(host: LibvirtHost): Lifecycle {
  /** Finds the machine, checks that its state allows the action, acts, and returns it as it is then. */
  const act = (
    vm: string,
    action: VmAction,
    options: CallOptions | undefined,
    task: (domain: Domain, options: CallOptions, state: VmState) => Promise<unknown>,
  ): Promise<Vm> =>
    host.call(options, vm, async (call) => {
      const domain = await host.find(vm, call);
      const state = await assertAllows(domain, action, call);
      await task(domain, call, state);
      return (await host.read(domain, call)).vm;
    });

  return {
    create: (spec, options) => host.call(options, spec.name, (call) => createVm(host, spec, { ...options, ...call })),
    get: (vm, options) => host.call(options, vm, async (call) => (await host.read(await host.find(vm, call), call)).vm),
    list: (query, options) =>
      host.call(options, undefined, async (call) => {
        const domains = await host.connection.listAllDomains(call);
        const results = await Promise.allSettled(domains.map((domain) => host.read(domain, call)));
        const failed = results.flatMap((result, index) =>
          result.status === 'rejected' && !isNotFound(result.reason)
            ? [mapError(result.reason, domains[index]?.name)]
            : [],
        );
        return {
          items: queryVms(
            results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.vm] : [])),
            query,
          ),
          errors: failed.filter((error) => HypervisorError.isInstance(error)),
        };
      }),
    start: (vm, options) => act(vm, 'start', options, (domain, call) => domain.create(call)),
    stop: (vm, options) =>
      act(vm, 'stop', options, (domain, call) => stopDomain(host, domain, { ...options, ...call })),
    reboot: (vm, options) =>
      act(vm, 'reboot', options, (domain, call) =>
        options?.force ? domain.reset(call) : rebootGuest(host, domain, options?.graceMs ?? 60_000, call),
      ),
    suspend: (vm, options) => act(vm, 'suspend', options, (domain, call) => domain.suspend(call)),
    resume: (vm, options) => act(vm, 'resume', options, (domain, call) => domain.resume(call)),
    delete: (vm, options) =>
      host.call(options, vm, async (call) => deleteDomain(host, await host.find(vm, call), { ...options, ...call })),
  };
}

async function createVm(
  host: LibvirtHost,
  spec: VmSpec,
  options: CallOptions & { readonly start?: boolean | undefined; readonly clientToken?: string | undefined },
): Promise<Vm> {
  validateSpec(spec);
  const { start, clientToken, ...call } = options;
  const known = clientToken === undefined ? undefined : await findByToken(host, clientToken, call);
  const metadata = { tags: spec.tags ?? {}, createdMs: host.clock.now(), clientToken };
  const domain = known ?? (await host.connection.defineDomainXML(domainXml(spec, host.context, metadata), call));
  if (start && !(await domain.isActive(call))) {
    try {
      await domain.create(call);
    } catch (error) {
      // What could not be started is not left behind; the caller hears of the failure, not of the tidying up.
      if (known === undefined) await domain.undefine(undefineOptions(host)).catch(() => {});
      throw error;
    }
  }
  return (await host.read(domain, call)).vm;
}

async function findByToken(host: LibvirtHost, clientToken: string, call: CallOptions): Promise<Domain | undefined> {
  const domains = await host.connection.listAllDomains(call);
  const results = await Promise.allSettled(domains.map((domain) => host.read(domain, call)));
  return domains.find((_, index) => {
    const result = results[index];
    return result?.status === 'fulfilled' && result.value.metadata.clientToken === clientToken;
  });
}

async function stopDomain(host: LibvirtHost, domain: Domain, options: StopVmOptions): Promise<void> {
  const { force, graceMs = 60_000, afterGrace = 'force', signal } = options;
  if (!force && (await domain.getState({ signal })).state === 'running') {
    const isOff = await waitForState(host, domain, ['stopped', 'crashed'], graceMs, {
      signal,
      ask: () => domain.shutdown({ signal }),
    });
    if (isOff) return;
    if (afterGrace === 'fail') {
      throw new HypervisorError({
        kind: 'timeout',
        message: `VM ${JSON.stringify(domain.name)} did not shut down within ${graceMs} ms; stop it with force`,
        details: { vm: domain.name, graceMs },
      });
    }
  }
  try {
    await domain.destroy({ signal });
  } catch (error) {
    // It may have gone off by itself in the meantime.
    if (mapState(await domain.getState({ signal })) !== 'stopped') throw error;
  }
}

async function deleteDomain(host: LibvirtHost, domain: Domain, options: DeleteVmOptions): Promise<void> {
  const { force, ...call } = options;
  const state = mapState(await domain.getState(call));
  const isOff = statesAllowing('delete').includes(state);
  if (!isOff && state !== 'suspended') {
    if (!force) throw conflictError('delete', domain.name, state);
    const persistent = await domain.isPersistent(call);
    await domain.destroy(call);
    if (!persistent) return; // a transient domain is gone with its end
  }
  await domain.undefine({ ...call, ...undefineOptions(host) });
}

/** All that belongs to a definition goes with it; the test driver knows fewer kinds of belongings. */
function undefineOptions(host: LibvirtHost): Parameters<Domain['undefine']>[0] {
  const common = { managedSave: true, snapshotsMetadata: true };
  return host.context.domainType === 'test' ? common : { ...common, checkpointsMetadata: true, nvram: true };
}

async function assertAllows(domain: Domain, action: VmAction, options: CallOptions): Promise<VmState> {
  const state = mapState(await domain.getState(options));
  if (state !== 'unknown' && !statesAllowing(action).includes(state)) throw conflictError(action, domain.name, state);
  return state;
}
