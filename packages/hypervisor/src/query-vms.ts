import { HypervisorError } from './error.ts';
import type { VmQuery } from './spec/operations/vms.ts';
import type { Vm } from './spec/vm.ts';

/**
 * Applies a query to machines that are at hand: filter, sort, limit, fields. Drivers use it for what their vendor's API
 * can't do by itself.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when `limit` or `offset` is not a whole number of 0 or more, or a field
 * is none.
 *
 * @example
 * ```ts
 * import { queryVms, type Vm } from '@novacron/hypervisor';
 *
 * const vm = (name: string, state: Vm['state']): Vm => ({ id: name, name, state, tags: {}, native: { state } });
 * const vms = [vm('b', 'running'), vm('a', 'running'), vm('c', 'stopped')];
 * queryVms(vms, { states: ['running'] }).map(({ name }) => name) // => ['a', 'b']
 * queryVms(vms, { limit: 1, fields: ['state'] }) // => [{ id: 'a', state: 'running' }]
 * ```
 */
export function queryVms<Field extends keyof Vm = keyof Vm>(
  vms: readonly Vm[],
  query: VmQuery<Field> = {},
): readonly Pick<Vm, Field | 'id'>[] {
  const { states, namePrefix, tags, search, sortBy = 'name', order = 'ascending', limit, offset = 0 } = query;
  for (const [field, value] of Object.entries({ limit, offset })) {
    if (value === undefined || (Number.isInteger(value) && value >= 0)) continue;
    throw new HypervisorError({
      kind: 'invalid',
      message: `${field} must be a whole number of 0 or more, not ${String(value)}`,
      details: { [field]: value },
    });
  }
  const unknown = query.fields?.find((field) => !Object.hasOwn(allFields, field));
  if (unknown !== undefined) {
    throw new HypervisorError({
      kind: 'invalid',
      message: `fields must be among ${Object.keys(allFields).join(', ')}, not ${unknown}`,
      details: { field: unknown },
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
  const page = matching.slice(offset, limit === undefined ? undefined : offset + limit);
  return query.fields === undefined ? page : page.map((vm) => withFields(vm, query.fields ?? []));
}

const allFields: Readonly<Record<keyof Vm, true>> = {
  id: true,
  name: true,
  state: true,
  vcpus: true,
  memoryBytes: true,
  tags: true,
  description: true,
  owner: true,
  category: true,
  notes: true,
  createdMs: true,
  native: true,
};

/** A machine with these fields alone, and its id; one that it has not stays absent. */
export function withFields<Item extends Vm, Field extends keyof Item>(
  vm: Item,
  fields: readonly Field[],
): Pick<Item, Field | 'id'> {
  const wanted = new Set<PropertyKey>(['id', ...fields]);
  return Object.fromEntries(Object.entries(vm).filter(([field]) => wanted.has(field))) as Pick<Item, Field | 'id'>;
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
