import { randomUUID } from 'node:crypto';
import type { CallOptions } from '@novacron/core';
import type { NWFilter } from 'node-libvirt';
import { filterInUse, notFound, unsupportedError } from '../../error.ts';
import type { Filter, FilterOperations } from '../../spec/operations/filters.ts';
import { trailOf } from '../../trail.ts';
import { filterProblems } from '../../validate/check-filter.ts';
import { assertNoProblems } from '../../validate/validate-spec.ts';
import { isNotFound, isUuid, type LibvirtHost } from '../libvirt-host.ts';
import { filterXml, readFilter } from './filter-xml.ts';

/** Filters on libvirt. */
export function libvirtFilters(host: LibvirtHost): FilterOperations {
  const call = <T>(options: CallOptions | undefined, task: (options: CallOptions) => Promise<T>): Promise<T> =>
    host.call(options, undefined, async (given) => {
      if (host.context.domainType === 'test') throw unsupportedError('libvirt test', 'filters');
      return task(given);
    });
  const list = async (options: CallOptions): Promise<readonly Filter[]> => {
    const filters = await host.connection.listAllNWFilters(options);
    const read = await Promise.all(filters.map((filter) => filter.getXMLDesc(options).then(readFilter, ifNone)));
    return read.filter((filter) => filter !== undefined).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  };

  return {
    define: (spec, options) =>
      call(options, async (given) => {
        assertNoProblems(filterProblems(spec), 'The filter');
        return host.exclusive(`filter ${spec.name}`, given, async () => {
          for (const { name } of spec.includes ?? []) await findFilter(host, name, given);
          const known = await findFilter(host, spec.name, given).catch(ifNone);
          const xml = filterXml(spec, known?.uuid ?? randomUUID());
          const filter = await host.connection.defineNWFilterXML(xml, given);
          trailOf('define-filter', options, host.clock)('defined', spec.name);
          return readFilter(await host.again(() => filter.getXMLDesc(given)));
        });
      }),
    get: (name, options) =>
      call(options, async (given) => readFilter(await (await findFilter(host, name, given)).getXMLDesc(given))),
    list: (options) => call(options, list),
    delete: (name, options) =>
      call(options, async (given) => {
        const filter = await findFilter(host, name, given);
        await host.exclusive(`filter ${filter.name}`, given, async () => {
          // libvirt itself sees only those that apply to a machine that is on.
          const users = (await list(given)).filter(({ includes }) =>
            includes.some((each) => each.name === filter.name),
          );
          if (users.length > 0) throw filterInUse(filter.name, `filter ${users.map((each) => each.name).join(', ')}`);
          await filter.undefine(given).catch((error: unknown) => {
            throw (error as { kind?: unknown }).kind === 'conflict'
              ? filterInUse(filter.name, 'a machine that is on', error)
              : error;
          });
        });
        trailOf('delete-filter', options, host.clock)('deleted', filter.name);
      }),
  };
}

/** Also of one that is gone while it is read. */
function ifNone(error: unknown): undefined {
  if (isNotFound(error)) return undefined;
  throw error;
}

/**
 * The filter of this name or UUID.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when there is none.
 */
async function findFilter(host: LibvirtHost, filter: string, call: CallOptions): Promise<NWFilter> {
  try {
    if (isUuid(filter)) return await host.connection.lookupNWFilterByUUID(filter, call);
    return await host.connection.lookupNWFilterByName(filter, call);
  } catch (error) {
    throw isNotFound(error) ? notFound('Filter', filter) : error;
  }
}
