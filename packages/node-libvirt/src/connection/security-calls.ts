import { flagWord } from '../domain/flags.ts';
import { NWFilterBinding } from '../nwfilter/nwfilter-binding.ts';
import { NWFilter } from '../nwfilter/nwfilter.ts';
import { nwfilterDefineBits, type NWFilterDefineOptions } from '../nwfilter/options.ts';
import { REMOTE_NWFILTER_LIST_MAX, REMOTE_SECRET_LIST_MAX } from '../protocol/remote-constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import {
  listSecretsBits,
  type ListSecretsOptions,
  secretDefineBits,
  type SecretDefineOptions,
  type SecretUsageType,
  secretUsageTypes,
} from '../secret/options.ts';
import { Secret } from '../secret/secret.ts';
import { numberOf } from '../values/words.ts';
import { DeviceCalls } from './device-calls.ts';

/** The calls of a connection that are about secrets and network filters. */
export abstract class SecurityCalls extends DeviceCalls {
  /** All secrets, or those that the options name. */
  async listAllSecrets(options?: ListSecretsOptions): Promise<Secret[]> {
    const flags = flagWord(options, listSecretsBits);
    const { secrets } = await this.raw.connectListAllSecrets({ needResults: 1, flags }, options);
    return secrets.map((reference) => new Secret(this.raw, reference));
  }

  /** How many secrets there are. */
  async numOfSecrets(options?: CallOptions): Promise<number> {
    return (await this.raw.connectNumOfSecrets(options)).num;
  }

  /** The UUIDs of the secrets. */
  async listSecrets(options?: CallOptions): Promise<readonly string[]> {
    return (await this.raw.connectListSecrets({ maxuuids: REMOTE_SECRET_LIST_MAX }, options)).uuids;
  }

  /** The secret of this UUID; `LIBVIRT_NO_SECRET` when there is none. */
  async lookupSecretByUUID(uuid: string, options?: CallOptions): Promise<Secret> {
    return new Secret(this.raw, (await this.raw.secretLookupByUuid({ uuid }, options)).secret);
  }

  /** The secret for this; `LIBVIRT_NO_SECRET` when there is none. */
  async lookupSecretByUsage(usageType: SecretUsageType, usageId: string, options?: CallOptions): Promise<Secret> {
    const args = {
      usageType: numberOf(secretUsageTypes, usageType, 'lookupSecretByUsage: the type'),
      usageID: usageId,
    };
    return new Secret(this.raw, (await this.raw.secretLookupByUsage(args, options)).secret);
  }

  /** Defines a secret from XML, without its value: {@link Secret.setValue} sets it. */
  async defineSecretXML(xml: string, options?: SecretDefineOptions): Promise<Secret> {
    const flags = flagWord(options, secretDefineBits);
    return new Secret(this.raw, (await this.raw.secretDefineXml({ xml, flags }, options)).secret);
  }

  /** All network filters. */
  async listAllNWFilters(options?: CallOptions): Promise<NWFilter[]> {
    const { filters } = await this.raw.connectListAllNwfilters({ needResults: 1 }, options);
    return filters.map((reference) => new NWFilter(this.raw, reference));
  }

  /** How many network filters there are. */
  async numOfNWFilters(options?: CallOptions): Promise<number> {
    return (await this.raw.connectNumOfNwfilters(options)).num;
  }

  /** The names of the network filters. */
  async listNWFilters(options?: CallOptions): Promise<readonly string[]> {
    return (await this.raw.connectListNwfilters({ maxnames: REMOTE_NWFILTER_LIST_MAX }, options)).names;
  }

  /** The network filter of this name; `LIBVIRT_NO_NWFILTER` when there is none. */
  async lookupNWFilterByName(name: string, options?: CallOptions): Promise<NWFilter> {
    return new NWFilter(this.raw, (await this.raw.nwfilterLookupByName({ name }, options)).nwfilter);
  }

  /** The network filter of this UUID; `LIBVIRT_NO_NWFILTER` when there is none. */
  async lookupNWFilterByUUID(uuid: string, options?: CallOptions): Promise<NWFilter> {
    return new NWFilter(this.raw, (await this.raw.nwfilterLookupByUuid({ uuid }, options)).nwfilter);
  }

  /** Defines a network filter from XML, or defines it anew: where it applies, it changes at once. */
  async defineNWFilterXML(xml: string, options?: NWFilterDefineOptions): Promise<NWFilter> {
    const flags = flagWord(options, nwfilterDefineBits);
    const { nwfilter } =
      flags === 0
        ? await this.raw.nwfilterDefineXml({ xml }, options)
        : await this.raw.nwfilterDefineXmlFlags({ xml, flags }, options);
    return new NWFilter(this.raw, nwfilter);
  }

  /** All bindings of network filters to devices. */
  async listAllNWFilterBindings(options?: CallOptions): Promise<NWFilterBinding[]> {
    const { bindings } = await this.raw.connectListAllNwfilterBindings({ needResults: 1 }, options);
    return bindings.map((reference) => new NWFilterBinding(this.raw, reference));
  }

  /** The binding of a network filter to this device; `LIBVIRT_NO_NWFILTER_BINDING` when there is none. */
  async lookupNWFilterBindingByPortDev(portDev: string, options?: CallOptions): Promise<NWFilterBinding> {
    const { nwfilter } = await this.raw.nwfilterBindingLookupByPortDev({ name: portDev }, options);
    return new NWFilterBinding(this.raw, nwfilter);
  }

  /** Binds a network filter to a device of the host, from XML. */
  async createNWFilterBindingXML(xml: string, options?: NWFilterDefineOptions): Promise<NWFilterBinding> {
    const flags = flagWord(options, nwfilterDefineBits);
    return new NWFilterBinding(this.raw, (await this.raw.nwfilterBindingCreateXml({ xml, flags }, options)).nwfilter);
  }
}
