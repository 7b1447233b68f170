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
import {
  saveBits,
  saveFields,
  type SaveFileOptions,
  saveImageXmlBits,
  type SaveImageXMLOptions,
  type SaveOptions,
} from '../domain/save-options.ts';
import { statsBits, statsGroupBits, type StatsOptions } from '../domain/stats-options.ts';
import { REMOTE_DOMAIN_LIST_MAX } from '../protocol/remote-constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { writeFields } from '../values/fields.ts';
import { bitsOf } from '../values/words.ts';
import { CpuCalls } from './cpu-calls.ts';

/** The calls of a connection that are about domains. */
export abstract class DomainCalls extends CpuCalls {
  /** All domains, or those that the options name. */
  async listAllDomains(options?: ListDomainsOptions): Promise<Domain[]> {
    const flags = flagWord(options, listDomainsBits);
    const { domains } = await this.raw.connectListAllDomains({ needResults: 1, flags }, options);
    return domains.map((reference) => new Domain(this.raw, reference));
  }

  /** How many domains run or are paused. */
  async numOfDomains(options?: CallOptions): Promise<number> {
    return (await this.raw.connectNumOfDomains(options)).num;
  }

  /** How many domains are defined and off. */
  async numOfDefinedDomains(options?: CallOptions): Promise<number> {
    return (await this.raw.connectNumOfDefinedDomains(options)).num;
  }

  /** The numbers of the domains that run or are paused. */
  async listDomains(options?: CallOptions): Promise<readonly number[]> {
    return (await this.raw.connectListDomains({ maxids: REMOTE_DOMAIN_LIST_MAX }, options)).ids;
  }

  /** The names of the domains that are defined and off. */
  async listDefinedDomains(options?: CallOptions): Promise<readonly string[]> {
    return (await this.raw.connectListDefinedDomains({ maxnames: REMOTE_DOMAIN_LIST_MAX }, options)).names;
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
    const stats = bitsOf(statsGroupBits, options?.groups, 'getAllDomainStats: a group');
    const doms = (options?.domains ?? []).map((domain) => domain.dom);
    const { retStats } = await this.raw.connectGetAllDomainStats(
      { doms, stats, flags: flagWord(options, statsBits) },
      options,
    );
    return retStats.map((record) => readDomainStats(record, new Domain(this.raw, record.dom)));
  }

  /**
   * Brings a domain back that was saved in a file of the host (`virDomainRestoreFlags`).
   *
   * `parallelChannels` needs libvirt 11.2 on the host (`virDomainRestoreParams`).
   */
  async restoreDomain(path: string, options?: Omit<SaveFileOptions, 'imageFormat'>): Promise<void> {
    const flags = flagWord(options, saveBits);
    if (options?.parallelChannels === undefined) {
      await this.raw.domainRestoreFlags({ from: path, dxml: options?.dxml, flags }, options);
    } else {
      await this.raw.domainRestoreParams(
        { params: writeFields(saveFields, { ...options, file: path }), flags },
        options,
      );
    }
  }

  /** The XML of a domain that was saved in a file of the host. */
  async saveImageGetXMLDesc(path: string, options?: SaveImageXMLOptions): Promise<string> {
    const flags = flagWord(options, saveImageXmlBits);
    return (await this.raw.domainSaveImageGetXmlDesc({ file: path, flags }, options)).xml;
  }

  /** Replaces the XML of a domain that was saved in a file of the host, as far as the guest can't see the difference. */
  saveImageDefineXML(
    path: string,
    xml: string,
    options?: Pick<SaveOptions, 'running' | 'paused' | keyof CallOptions>,
  ): Promise<void> {
    const flags = flagWord(options, saveBits);
    return this.raw.domainSaveImageDefineXml({ file: path, dxml: xml, flags }, options);
  }

  /** A domain's XML from the hypervisor's own configuration: `qemu-argv`, `xen-xl`, `vmware-vmx`, `lxc-tools`, ... */
  async domainXMLFromNative(format: string, config: string, options?: CallOptions): Promise<string> {
    const args = { nativeFormat: format, nativeConfig: config };
    return (await this.raw.connectDomainXmlFromNative(args, options)).domainXml;
  }

  /** The hypervisor's own configuration from a domain's XML: the command line `qemu-argv`, for instance. */
  async domainXMLToNative(format: string, xml: string, options?: CallOptions): Promise<string> {
    const args = { nativeFormat: format, domainXml: xml };
    return (await this.raw.connectDomainXmlToNative(args, options)).nativeConfig;
  }

  /** Takes over a QEMU that runs without libvirt (`virDomainQemuAttach`); daemons since libvirt 5.5 refuse. */
  async qemuAttach(processId: number, options?: CallOptions): Promise<Domain> {
    return new Domain(this.raw, (await this.raw.qemuDomainAttach({ pidValue: processId }, options)).dom);
  }
}
