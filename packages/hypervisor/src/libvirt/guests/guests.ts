import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import { unsupportedError } from '../../error.ts';
import type { GuestInfo, GuestNetworkInterface, GuestOperations } from '../../spec/operations/guests.ts';
import type { LibvirtHost } from '../libvirt-host.ts';
import { executeInGuest } from './execute.ts';
import { readGuestFile, writeGuestFile } from './guest-files.ts';

const pollMs = 200;

/** What guests do by their agents, on libvirt. */
export function libvirtGuests(host: LibvirtHost): GuestOperations {
  const onDomain = <T>(
    vm: string,
    options: CallOptions | undefined,
    task: (domain: Domain, call: CallOptions) => Promise<T>,
  ): Promise<T> =>
    host.call(options, vm, async (call) => {
      if (host.context.domainType === 'test') throw unsupportedError('libvirt test', 'guestAgent');
      return task(await host.find(vm, call), call);
    });

  return {
    waitForAgent: (vm, options) =>
      onDomain(vm, options, async (domain, call) => {
        for (;;) {
          try {
            await domain.qemuAgentCommand({ execute: 'guest-ping' }, { ...call, agentTimeout: 1 });
            return;
          } catch (error) {
            // Not yet: the guest boots. A machine that is off or gone will not answer later either.
            if ((error as { kind?: unknown }).kind !== 'unavailable') throw error;
            if (!(await domain.isActive(call))) throw error;
          }
          await host.clock.sleep(pollMs, call);
        }
      }),
    execute: (vm, command, options) =>
      onDomain(vm, options, (domain, call) => executeInGuest(host, domain, command, call)),
    readFile: (vm, path, options) =>
      onDomain(vm, options, (domain, call) => readGuestFile(domain, path, options?.limitBytes ?? 16 * 1024 ** 2, call)),
    writeFile: (vm, path, content, options) =>
      onDomain(vm, options, (domain, call) => writeGuestFile(domain, path, content, call)),
    addresses: (vm, options) => onDomain(vm, options, readGuestAddresses),
    info: (vm, options) => onDomain(vm, options, readGuestInfo),
    freeze: (vm, options) => onDomain(vm, options, (domain, call) => domain.fsFreeze([], call)),
    thaw: (vm, options) => onDomain(vm, options, (domain, call) => domain.fsThaw([], call)),
    trim: (vm, options) => onDomain(vm, options, (domain, call) => domain.fsTrim(undefined, 0, call)),
    setPassword: (vm, user, password, options) =>
      onDomain(vm, options, (domain, call) => domain.setUserPassword(user, password, call)),
    getTime: (vm, options) => onDomain(vm, options, (domain, call) => domain.getTime(call)),
    setTime: (vm, timeMs, options) =>
      onDomain(vm, options, (domain, call) => domain.setTime(timeMs ?? host.clock.now(), call)),
  };
}

/** What a guest's agent tells of its system. */
export async function readGuestInfo(domain: Domain, call: CallOptions): Promise<GuestInfo> {
  const info = await domain.getGuestInfo({ ...call, types: ['os', 'hostname', 'filesystem'] });
  return {
    ...(info.hostname === undefined ? {} : { hostname: info.hostname }),
    ...(info.os?.prettyName === undefined ? {} : { osName: info.os.prettyName }),
    ...(info.os?.kernelRelease === undefined ? {} : { kernelRelease: info.os.kernelRelease }),
    ...(info.fileSystems === undefined
      ? {}
      : {
          fileSystems: info.fileSystems.map(({ mountPoint, type, totalBytes, usedBytes }) => ({
            mountPoint,
            type,
            totalBytes,
            usedBytes,
          })),
        }),
  };
}

/** The agent knows all of them; without one, the DHCP server knows those it gave away. */
export async function readGuestAddresses(domain: Domain, call: CallOptions): Promise<readonly GuestNetworkInterface[]> {
  const interfaces = await domain.interfaceAddresses('agent', call).catch((error: unknown) => {
    if ((error as { kind?: unknown }).kind === 'aborted') throw error;
    return domain.interfaceAddresses('lease', call);
  });
  return interfaces.map(({ name, mac, addresses: own }) => ({
    name,
    ...(mac === undefined ? {} : { macAddress: mac }),
    addresses: own.map(({ address, prefixLength }) => `${address}/${prefixLength}`),
  }));
}
