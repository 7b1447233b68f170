import { HypervisorError } from './error.ts';
import type { VmQuery } from './spec/operations/vms.ts';
import type { Vm } from './spec/vm.ts';

/**
 * Applies a query to machines that are at hand: filter, sort, limit. Drivers use it for what their vendor's API
 * can't do by itself.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when `limit` or `offset` is not a whole number of 0 or more.
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
  const { states, namePrefix, tags, search, sortBy = 'name', order = 'ascending', limit, offset = 0 } = query;
  for (const [field, value] of Object.entries({ limit, offset })) {
    if (value === undefined || (Number.isInteger(value) && value >= 0)) continue;
    throw new HypervisorError({
      kind: 'invalid',
      message: `${field} must be a whole number of 0 or more, not ${String(value)}`,
      details: { [field]: value },
    });
  }
  const sought = search?.toLowerCase();
  const wanted = Object.entries(tags ?? {});
  const matching = vms.filter(
    (vm) =>
      (states === undefined ? vm.state !== 'deleted' : states.includes(vm.state)) &&
      (namePrefix === undefined || vm.name.startsWith(namePrefix)) &&
      wanted.every(([key, value]) => vm.tags[key] === value) &&
      (sought === undefined || textsOf(vm).some((text) => text.toLowerCase().includes(sought))),
  );
  const direction = order === 'ascending' ? 1 : -1;
  matching.sort((a, b) => direction * compare(a[sortBy], b[sortBy]) || compare(a.id, b.id));
  return matching.slice(offset, limit === undefined ? undefined : offset + limit);
}

/** Absent values come last in rising order. */
function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b ? -1 : 1;
}

/** Everything that people write of a machine. */
function textsOf({ name, description = '', owner = '', category = '', notes = '', tags }: Vm): readonly string[] {
  return [name, description, owner, category, notes, ...Object.entries(tags).flat()];
}
