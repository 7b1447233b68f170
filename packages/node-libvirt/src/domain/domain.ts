import type { RawCalls } from '../connection/raw-calls.ts';
import { constants } from '../protocol/constants.gen.ts';
import type { NonnullDomain } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { domainState, type DomainState, type DomainStateAndReason } from './domain-state.ts';
import { flagWord } from './flags.ts';
import {
  affectBits,
  createBits,
  type CreateOptions,
  destroyBits,
  type DestroyOptions,
  type MetadataOptions,
  shutdownBits,
  type ShutdownOptions,
  undefineBits,
  type UndefineOptions,
  xmlBits,
  type XMLOptions,
} from './options.ts';

/** A domain's size and use. */
export interface DomainInfo {
  readonly state: DomainState;
  /** The memory it may have at most. */
  readonly maxMemoryBytes: number;
  /** The memory it has. */
  readonly memoryBytes: number;
  /** How many virtual CPUs it has. */
  readonly virtualCpus: number;
  /** CPU time used since it started, all its CPUs together. */
  readonly cpuTimeNs: number;
}

/** Which of a domain's texts: its description, its title, or an XML element of a namespace. */
export type MetadataType = 'description' | 'title' | 'element';

const metadataTypes: Readonly<Record<MetadataType, number>> = {
  description: constants.VIR_DOMAIN_METADATA_DESCRIPTION,
  title: constants.VIR_DOMAIN_METADATA_TITLE,
  element: constants.VIR_DOMAIN_METADATA_ELEMENT,
};

/**
 * A virtual machine of libvirt. It is a reference by UUID, without state of its own: every method asks the daemon, and
 * one whose domain is gone rejects with `LIBVIRT_NO_DOMAIN`.
 *
 * Every method rejects with {@link LibvirtError}: what the daemon reported, `LIBVIRT_ABORTED`, `LIBVIRT_TIMEOUT`,
 * `LIBVIRT_CONNECTION_LOST` or `LIBVIRT_CONNECTION_CLOSED`.
 */
export class Domain {
  private readonly raw: RawCalls;
  private readonly reference: NonnullDomain;

  /**
   * @param raw - The calls of the connection that it belongs to.
   * @param reference - How the protocol names it.
   */
  constructor(raw: RawCalls, reference: NonnullDomain) {
    this.raw = raw;
    this.reference = reference;
  }

  /** The name that it had when this reference was made. */
  get name(): string {
    return this.reference.name;
  }

  /** The UUID, in lower case with hyphens. */
  get uuid(): string {
    return this.reference.uuid;
  }

  /** The number that it had when this reference was made, if it was running. */
  get id(): number | undefined {
    return this.reference.id === -1 ? undefined : this.reference.id;
  }

  /** The reference that raw calls take as `dom`. */
  get dom(): NonnullDomain {
    return this.reference;
  }

  /** What it does, and why. */
  async getState(options?: CallOptions): Promise<DomainStateAndReason> {
    const { state, reason } = await this.raw.domainGetState({ dom: this.reference }, options);
    return domainState(state, reason);
  }

  /** Its size and use. */
  async getInfo(options?: CallOptions): Promise<DomainInfo> {
    const info = await this.raw.domainGetInfo({ dom: this.reference }, options);
    return {
      state: domainState(info.state, 0).state,
      maxMemoryBytes: info.maxMem * 1024,
      memoryBytes: info.memory * 1024,
      virtualCpus: info.nrVirtCpu,
      cpuTimeNs: Number(info.cpuTime),
    };
  }

  /** Whether it runs or is paused. */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.raw.domainIsActive({ dom: this.reference }, options)).active === 1;
  }

  /** Whether it has a definition that outlives its end. */
  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.raw.domainIsPersistent({ dom: this.reference }, options)).persistent === 1;
  }

  /** Its XML. */
  async getXMLDesc(options?: XMLOptions): Promise<string> {
    const flags = flagWord(options, xmlBits);
    return (await this.raw.domainGetXmlDesc({ dom: this.reference, flags }, options)).xml;
  }

  /** Starts it. @returns the domain with its new {@link Domain.id}. */
  async create(options?: CreateOptions): Promise<Domain> {
    const flags = flagWord(options, createBits);
    const { dom } = await this.raw.domainCreateWithFlags({ dom: this.reference, flags }, options);
    return new Domain(this.raw, dom);
  }

  /** Asks the guest to shut down; it resolves when the guest was asked, not when it is off. */
  shutdown(options?: ShutdownOptions): Promise<void> {
    return this.raw.domainShutdownFlags({ dom: this.reference, flags: flagWord(options, shutdownBits) }, options);
  }

  /** Asks the guest to reboot; it resolves when the guest was asked. */
  reboot(options?: ShutdownOptions): Promise<void> {
    return this.raw.domainReboot({ dom: this.reference, flags: flagWord(options, shutdownBits) }, options);
  }

  /** Presses the reset button. */
  reset(options?: CallOptions): Promise<void> {
    return this.raw.domainReset({ dom: this.reference }, options);
  }

  /** Pulls the plug. */
  destroy(options?: DestroyOptions): Promise<void> {
    return this.raw.domainDestroyFlags({ dom: this.reference, flags: flagWord(options, destroyBits) }, options);
  }

  /** Stops its CPUs; its memory stays. */
  suspend(options?: CallOptions): Promise<void> {
    return this.raw.domainSuspend({ dom: this.reference }, options);
  }

  /** Lets its CPUs go on. */
  resume(options?: CallOptions): Promise<void> {
    return this.raw.domainResume({ dom: this.reference }, options);
  }

  /** Removes its definition; a running domain goes on and vanishes when it ends. */
  undefine(options?: UndefineOptions): Promise<void> {
    return this.raw.domainUndefineFlags({ dom: this.reference, flags: flagWord(options, undefineBits) }, options);
  }

  /** Whether it is started with the host. */
  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.raw.domainGetAutostart({ dom: this.reference }, options)).autostart === 1;
  }

  /** Sets whether it is started with the host. */
  setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    return this.raw.domainSetAutostart({ dom: this.reference, autostart: autostart ? 1 : 0 }, options);
  }

  /**
   * Its description, its title, or its XML element of the namespace `options.uri`.
   *
   * Rejects with `LIBVIRT_NO_DOMAIN_METADATA` when it has none.
   */
  async getMetadata(type: MetadataType, options?: MetadataOptions): Promise<string> {
    const args = {
      dom: this.reference,
      type: metadataTypes[type],
      uri: options?.uri,
      flags: flagWord(options, affectBits),
    };
    return (await this.raw.domainGetMetadata(args, options)).metadata;
  }

  /**
   * Sets its description, its title, or its XML element of the namespace `options.uri` under the prefix `options.key`.
   *
   * @param value - The text, or the element; `undefined` removes it.
   */
  setMetadata(type: MetadataType, value: string | undefined, options?: MetadataOptions): Promise<void> {
    return this.raw.domainSetMetadata(
      {
        dom: this.reference,
        type: metadataTypes[type],
        metadata: value,
        key: options?.key,
        uri: options?.uri,
        flags: flagWord(options, affectBits),
      },
      options,
    );
  }

  /** Name, UUID and number. */
  toJSON(): { name: string; uuid: string; id: number | undefined } {
    return { name: this.name, uuid: this.uuid, id: this.id };
  }
}
