import { HypervisorError } from './error.ts';
import type { VmQuery } from './spec/hypervisor.ts';
import type { Vm } from './spec/vm.ts';

/**
 * Applies a query to machines that are at hand: filter, sort, limit. Drivers use it for what their vendor's API
 * can't do by itself.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when `limit` is not a whole number of 0 or more.
 *
 * @example
 * ```ts
 * import { queryVms, type Vm } from '@novacron/hypervisor';
 *
 * const vm = (name: string, state: Vm['state']): Vm => ({ id: name, name, state, tags: {}, native: { state } });
 * const vms = [vm('b', 'running'), vm('a', 'running'), vm('c', 'stopped')];
 * queryVms(vms, { states: ['running'] }).map(({ name }) => name) // => ['a', 'b']
 * ```
 */
export function queryVms(vms: readonly Vm[], query: VmQuery = {}): readonly Vm[] {
  const { states, namePrefix, tags, sortBy = 'name', order = 'ascending', limit } = query;
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 0)) {
    throw new HypervisorError({
      kind: 'invalid',
      message: `limit must be a whole number of 0 or more, not ${String(limit)}`,
      details: { limit },
    });
  }
  const wanted = Object.entries(tags ?? {});
  const matching = vms.filter(
    (vm) =>
      (states === undefined ? vm.state !== 'deleted' : states.includes(vm.state)) &&
      (namePrefix === undefined || vm.name.startsWith(namePrefix)) &&
      wanted.every(([key, value]) => vm.tags[key] === value),
  );
  const direction = order === 'ascending' ? 1 : -1;
  matching.sort((a, b) => direction * compare(a[sortBy], b[sortBy]) || compare(a.id, b.id));
  return limit === undefined ? matching : matching.slice(0, limit);
}

/** Absent values come last in rising order. */
function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b ? -1 : 1;
}
