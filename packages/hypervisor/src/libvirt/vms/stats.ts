import type { NovaError } from '@novacron/core';
import type { Domain, DomainStats } from 'node-libvirt';
import { notFoundError, unsupportedError } from '../../error.ts';
import type { VmOperations } from '../../spec/operations/vms.ts';
import type { VmStats } from '../../spec/vm-stats.ts';
import { isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { mapState } from '../map-vm.ts';

const nanosecondsPerSecond = 1e9;

/** What the machines use, in one call to the daemon. */
export function libvirtStats(host: LibvirtHost): VmOperations['stats'] {
  return (options) =>
    host.call(options, undefined, async (call) => {
      if (host.context.domainType === 'test') throw unsupportedError('libvirt test', 'stats');
      const errors: NovaError[] = [];
      const asked = options?.vms;
      const found = await Promise.all(
        (asked ?? []).map(async (vm) => {
          try {
            return await host.find(vm, call);
          } catch (error) {
            if (!isNotFound(error)) throw error;
            errors.push(notFoundError(vm));
            return undefined;
          }
        }),
      );
      const domains = found.filter((domain): domain is Domain => domain !== undefined);
      if (asked !== undefined && domains.length === 0) return { items: [], errors };
      const records = await host.connection.getAllDomainStats({
        ...call,
        ...(asked === undefined ? { active: true } : { domains }),
      });
      const timeMs = host.clock.now();
      const measured = new Set(records.map(({ domain }) => domain.uuid));
      for (const { uuid, name } of domains) if (!measured.has(uuid)) errors.push(notFoundError(name));
      return { items: records.map((record) => mapStats(record, timeMs)), errors };
    });
}

/** libvirt's statistics in the common model; what the daemon did not send is absent. */
function mapStats(
  { domain, state, cpu, balloon, vcpus, blocks, interfaces, parameters }: DomainStats,
  timeMs: number,
): VmStats {
  const { currentBytes, availableBytes, usableBytes, unusedBytes, rssBytes } = balloon ?? {};
  const freeBytes = usableBytes ?? unusedBytes;
  const usageBytes = availableBytes === undefined || freeBytes === undefined ? undefined : availableBytes - freeBytes;
  const cpus = parameters['vcpu.current'] ?? vcpus?.length;
  return {
    vmId: domain.uuid,
    name: domain.name,
    state: state === undefined ? 'unknown' : mapState(state),
    timeMs,
    ...(cpu?.timeNs === undefined || cpus === undefined
      ? {}
      : { cpu: { timeSeconds: cpu.timeNs / nanosecondsPerSecond, vcpus: Number(cpus) } }),
    ...(currentBytes === undefined
      ? {}
      : {
          memory: {
            limitBytes: currentBytes,
            ...(usageBytes === undefined ? {} : { usageBytes }),
            ...(rssBytes === undefined ? {} : { residentBytes: rssBytes }),
          },
        }),
    disks: (blocks ?? []).flatMap(({ name, readBytes, writeBytes, readRequests, writeRequests }) =>
      readBytes === undefined || writeBytes === undefined
        ? []
        : [
            {
              device: name,
              readBytes,
              writeBytes,
              ...(readRequests === undefined ? {} : { readOperations: readRequests }),
              ...(writeRequests === undefined ? {} : { writeOperations: writeRequests }),
            },
          ],
    ),
    networkInterfaces: (interfaces ?? []).flatMap((each) =>
      each.rxBytes === undefined || each.txBytes === undefined
        ? []
        : [
            {
              device: each.name,
              receiveBytes: each.rxBytes,
              transmitBytes: each.txBytes,
              ...(each.rxPackets === undefined ? {} : { receivePackets: each.rxPackets }),
              ...(each.txPackets === undefined ? {} : { transmitPackets: each.txPackets }),
              ...(each.rxErrors === undefined || each.txErrors === undefined
                ? {}
                : { errors: each.rxErrors + each.txErrors }),
            },
          ],
    ),
  };
}
