import { systemClock, validateLabels, type Clock, type Labels, type NovaError, type Sample } from '@novacron/core';
import { MonitoringError } from '../error.ts';
import type { MetricSource } from '../source/metric-source.ts';
import type { ObservedHypervisor, ObservedVm, ObservedVmStats } from './observed-hypervisor.ts';
import { vmDescriptors } from './vm-descriptors.ts';
import { VmSeries } from './vm-series.ts';

/** How a hypervisor is observed. */
export interface HypervisorSourceOptions {
  /** What the source is called in errors. @default the hypervisor's name */
  readonly name?: string | undefined;
  /** Labels that every series gets beside `vm`: `{ hypervisor: 'lab' }`. @default none */
  readonly labels?: Labels | undefined;
  /** Tell machines apart by the label `vm_id` too. @default true where names may be given twice */
  readonly idLabel?: boolean | undefined;
  /** Gives the time of `vm.up` when the caller does not. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/**
 * Measures the virtual machines of a hypervisor: one `list` and one `stats` call in a collection. Every series has
 * the label `vm`, devices have `device`, and what has a direction has `direction` (`read`, `write`, `receive`,
 * `transmit`). See {@link vmDescriptors} for the metrics.
 *
 * CPU utilization is derived from two collections: the first has none, and neither has the first after a restart of
 * the machine. A machine that vanishes between the two calls becomes an error with `details.vm`; the others are
 * delivered. A machine that is gone is forgotten.
 *
 * @throws {NovaError} NOVA_CORE_INVALID when a label does not fit.
 *
 * @example
 * ```ts
 * import { collect, hypervisorSource, type ObservedHypervisor } from '@novacron/monitoring';
 *
 * const hypervisor: ObservedHypervisor = {
 *   name: 'demo',
 *   capabilities: { stats: true, uniqueNames: true },
 *   vms: {
 *     list: async () => ({ items: [{ id: '1', name: 'web-1', state: 'running' }], errors: [] }),
 *     stats: async () => ({
 *       items: [{ vmId: '1', name: 'web-1', timeMs: 1_000, memory: { limitBytes: 1_024 } }],
 *       errors: [],
 *     }),
 *   },
 * };
 * const { samples } = await collect([hypervisorSource(hypervisor)]);
 * samples.map(({ metric, value }) => [metric, value]) // => [['vm.up', 1], ['system.memory.limit', 1_024]]
 * ```
 */
export function hypervisorSource(hypervisor: ObservedHypervisor, options: HypervisorSourceOptions = {}): MetricSource {
  const { name = hypervisor.name, labels: baseLabels = {}, clock = systemClock } = options;
  const { idLabel = !hypervisor.capabilities.uniqueNames } = options;
  validateLabels(baseLabels);
  let known = new Map<string, VmSeries>();

  const seriesOf = (id: string, vmName: string): VmSeries => {
    const labels = { ...baseLabels, vm: vmName, ...(idLabel ? { vm_id: id } : undefined) };
    const series = known.get(id);
    return series !== undefined && series.labels['vm'] === vmName ? series : new VmSeries(labels);
  };

  return {
    name,
    descriptors: vmDescriptors,
    async collect({ signal, timeoutMs, timeMs = clock.now() } = {}) {
      const callOptions = { signal, timeoutMs };
      const listed = await hypervisor.vms.list(undefined, callOptions);
      const running = listed.items.filter(({ state }) => state === 'running');
      const measured =
        hypervisor.capabilities.stats && running.length > 0
          ? await hypervisor.vms.stats(callOptions)
          : { items: [], errors: [] };

      const samples: Sample[] = [];
      const present = new Map<string, VmSeries>();
      for (const { id, name: vmName, state } of listed.items) {
        const series = seriesOf(id, vmName);
        present.set(id, series);
        if (state !== 'running') series.stopped();
        samples.push({ metric: 'vm.up', labels: series.labels, timeMs, value: state === 'running' ? 1 : 0 });
      }
      for (const stats of measured.items) {
        const series = present.get(stats.vmId) ?? seriesOf(stats.vmId, stats.name);
        present.set(stats.vmId, series);
        series.measure(stats, samples);
      }
      known = present;
      const missing = hypervisor.capabilities.stats ? vanished(running, measured.items, measured.errors) : [];
      return { samples, errors: [...listed.errors, ...measured.errors, ...missing] };
    },
  };
}

/** Errors for the machines that were listed as running, but about which `stats` said nothing at all. */
function vanished(
  running: readonly ObservedVm[],
  measured: readonly ObservedVmStats[],
  errors: readonly NovaError[],
): NovaError[] {
  const told = new Set<unknown>(measured.map(({ vmId }) => vmId));
  for (const { details } of errors) told.add(details['vm']);
  return running
    .filter(({ id, name }) => !told.has(id) && !told.has(name))
    .map(
      ({ name }) =>
        new MonitoringError({
          kind: 'not-found',
          message: `VM ${JSON.stringify(name)} vanished between the listing and the measurement`,
          details: { vm: name },
        }),
    );
}
