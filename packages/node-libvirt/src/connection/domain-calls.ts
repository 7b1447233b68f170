import { Domain } from '../domain/domain.ts';
import { type DomainStats, readDomainStats } from '../domain/domain-stats.ts';
import { flagWord } from '../domain/flags.ts';
import {
  createBits,
  type CreateOptions,
  defineBits,
  type DefineOptions,
  listDomainsBits,
  type ListDomainsOptions,
} from '../domain/options.ts';
import { statsBits, statsGroupBits, type StatsOptions } from '../domain/stats-options.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { HostCalls } from './host-calls.ts';

/** The calls of a connection that are about domains. */
export abstract class DomainCalls extends HostCalls {
  /** All domains, or those that the options name. */
  async listAllDomains(options?: ListDomainsOptions): Promise<Domain[]> {
    const flags = flagWord(options, listDomainsBits);
    const { domains } = await this.raw.connectListAllDomains({ needResults: 1, flags }, options);
    return domains.map((reference) => new Domain(this.raw, reference));
  }

  /** The domain of this name; `LIBVIRT_NO_DOMAIN` when there is none. */
  async lookupDomainByName(name: string, options?: CallOptions): Promise<Domain> {
    return new Domain(this.raw, (await this.raw.domainLookupByName({ name }, options)).dom);
  }

  /** The domain of this UUID; `LIBVIRT_NO_DOMAIN` when there is none. */
  async lookupDomainByUUID(uuid: string, options?: CallOptions): Promise<Domain> {
    return new Domain(this.raw, (await this.raw.domainLookupByUuid({ uuid }, options)).dom);
  }

  /** The running domain of this number; `LIBVIRT_NO_DOMAIN` when there is none. */
  async lookupDomainByID(id: number, options?: CallOptions): Promise<Domain> {
    return new Domain(this.raw, (await this.raw.domainLookupById({ id }, options)).dom);
  }

  /** Defines a domain, or defines it anew, from XML; it is not started. A name or UUID that is taken is `already-exists`. */
  async defineDomainXML(xml: string, options?: DefineOptions): Promise<Domain> {
    const flags = flagWord(options, defineBits);
    return new Domain(this.raw, (await this.raw.domainDefineXmlFlags({ xml, flags }, options)).dom);
  }

  /** Starts a transient domain from XML: it vanishes when it ends. */
  async createDomainXML(xml: string, options?: CreateOptions): Promise<Domain> {
    const flags = flagWord(options, createBits);
    return new Domain(this.raw, (await this.raw.domainCreateXml({ xmlDesc: xml, flags }, options)).dom);
  }

  /** The statistics of all domains, or of those that the options name, in one call. */
  async getAllDomainStats(options?: StatsOptions): Promise<DomainStats[]> {
    const stats = (options?.groups ?? []).reduce((bits, group) => bits | statsGroupBits[group], 0);
    const doms = (options?.domains ?? []).map((domain) => domain.dom);
    const { retStats } = await this.raw.connectGetAllDomainStats(
      { doms, stats, flags: flagWord(options, statsBits) },
      options,
    );
    return retStats.map((record) => readDomainStats(record, new Domain(this.raw, record.dom)));
  }
}
