import { filterInUse, notFound } from '../../error.ts';
import type { Filter, FilterOperations, FilterSpec } from '../../spec/operations/filters.ts';
import { filterProblems } from '../../validate/check-filter.ts';
import { assertNoProblems } from '../../validate/validate-spec.ts';
import type { MemoryHost } from '../memory-host.ts';

/** Simulated filters: kept and held against each other, but no frames pass them. */
export function memoryFilters(host: MemoryHost): FilterOperations {
  const find = (filter: string): Filter => {
    const found = host.filters.get(filter) ?? [...host.filters.values()].find(({ id }) => id === filter);
    if (found === undefined) throw notFound('Filter', filter);
    return found;
  };
  return {
    define: (spec, options) =>
      host.call(options, async (signal) => {
        assertNoProblems(filterProblems(spec), 'The filter');
        await host.disturb('network', spec.name, signal);
        for (const { name } of spec.includes ?? []) find(name);
        return addFilter(host, structuredClone(spec));
      }),
    get: (name, options) => host.call(options, async () => find(name)),
    list: (options) =>
      host.call(options, async () => [...host.filters.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))),
    delete: (filter, options) =>
      host.call(options, async (signal) => {
        const { name } = find(filter);
        await host.disturb('network', name, signal);
        const users = [...host.filters.values()].filter(({ includes }) => includes.some((each) => each.name === name));
        if (users.length > 0) throw filterInUse(name, `filter ${users.map((each) => each.name).join(', ')}`);
        const isUsed = [...host.machines.values()].some(
          ({ state, spec }) =>
            (state === 'running' || state === 'paused') && spec.networks?.some((each) => each.filter?.name === name),
        );
        if (isUsed) throw filterInUse(name, 'a machine that is on');
        host.filters.delete(name);
      }),
  };
}

/** Adds a filter, or puts it in the place of the one of its name. */
export function addFilter(host: MemoryHost, { name, chain = 'root', includes = [], rules = [] }: FilterSpec): Filter {
  const filter: Filter = {
    id: `filter-${name}`,
    name,
    chain,
    includes,
    rules: rules.map((rule) => ({ ...rule, priority: rule.priority ?? 500 })),
    otherRules: 0,
  };
  host.filters.set(name, filter);
  return filter;
}
