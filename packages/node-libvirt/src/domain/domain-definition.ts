import type { CallOptions } from '../rpc/call-options.ts';
import { numberOf } from '../values/words.ts';
import {
  type LifecycleAction,
  lifecycleActions,
  type LifecycleType,
  lifecycleTypes,
  messagesBits,
  type MessagesOptions,
  type MetadataType,
  metadataTypes,
} from './definition-options.ts';
import { DomainReference } from './domain-reference.ts';
import { flagWord } from './flags.ts';
import {
  affectBits,
  type AffectOptions,
  type MetadataOptions,
  undefineBits,
  type UndefineOptions,
  xmlBits,
  type XMLOptions,
} from './options.ts';

/** What a domain is defined as. */
export abstract class DomainDefinition extends DomainReference {
  /** Its XML. */
  async getXMLDesc(options?: XMLOptions): Promise<string> {
    const flags = flagWord(options, xmlBits);
    return (await this.raw.domainGetXmlDesc({ dom: this.reference, flags }, options)).xml;
  }

  /** What kind of system it runs: `hvm`, `linux`, `exe`. */
  async getOSType(options?: CallOptions): Promise<string> {
    return (await this.raw.domainGetOsType({ dom: this.reference }, options)).type;
  }

  /** Whether it has a definition that outlives its end. */
  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.raw.domainIsPersistent({ dom: this.reference }, options)).persistent === 1;
  }

  /** Whether its definition was changed while it runs. */
  async isUpdated(options?: CallOptions): Promise<boolean> {
    return (await this.raw.domainIsUpdated({ dom: this.reference }, options)).updated === 1;
  }

  /** Removes its definition; a running domain goes on and vanishes when it ends. */
  undefine(options?: UndefineOptions): Promise<void> {
    return this.raw.domainUndefineFlags({ dom: this.reference, flags: flagWord(options, undefineBits) }, options);
  }

  /** Gives it another name. @returns the domain under it; this reference keeps the old one. */
  async rename(name: string, options?: CallOptions): Promise<this> {
    await this.raw.domainRename({ dom: this.reference, newName: name }, options);
    return this.sibling(this.raw, { ...this.reference, name });
  }

  /** Whether it is started with the host. */
  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.raw.domainGetAutostart({ dom: this.reference }, options)).autostart === 1;
  }

  /** Sets whether it is started with the host. */
  setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    return this.raw.domainSetAutostart({ dom: this.reference, autostart: autostart ? 1 : 0 }, options);
  }

  /** Whether it is started with the host the next time, and only then. */
  async getAutostartOnce(options?: CallOptions): Promise<boolean> {
    return (await this.raw.domainGetAutostartOnce({ dom: this.reference }, options)).autostart === 1;
  }

  /** Sets whether it is started with the host the next time, and only then. */
  setAutostartOnce(autostart: boolean, options?: CallOptions): Promise<void> {
    return this.raw.domainSetAutostartOnce({ dom: this.reference, autostart: autostart ? 1 : 0 }, options);
  }

  /** Sets what is done when it powers off, reboots or crashes; not every action goes with every event. */
  async setLifecycleAction(type: LifecycleType, action: LifecycleAction, options?: AffectOptions): Promise<void> {
    const args = {
      dom: this.reference,
      type: numberOf(lifecycleTypes, type, 'setLifecycleAction: the type'),
      action: numberOf(lifecycleActions, action, 'setLifecycleAction: the action'),
      flags: flagWord(options, affectBits),
    };
    await this.raw.domainSetLifecycleAction(args, options);
  }

  /** What libvirt has to say about it: that it uses what is deprecated, that it is tainted. */
  async getMessages(options?: MessagesOptions): Promise<readonly string[]> {
    const flags = flagWord(options, messagesBits);
    return (await this.raw.domainGetMessages({ dom: this.reference, flags }, options)).msgs;
  }

  /**
   * Its description, its title, or its XML element of the namespace `options.uri`.
   *
   * Rejects with `LIBVIRT_NO_DOMAIN_METADATA` when it has none.
   */
  async getMetadata(type: MetadataType, options?: MetadataOptions): Promise<string> {
    const args = {
      dom: this.reference,
      type: numberOf(metadataTypes, type, 'getMetadata: the type'),
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
  async setMetadata(type: MetadataType, value: string | undefined, options?: MetadataOptions): Promise<void> {
    const args = {
      dom: this.reference,
      type: numberOf(metadataTypes, type, 'setMetadata: the type'),
      metadata: value,
      key: options?.key,
      uri: options?.uri,
      flags: flagWord(options, affectBits),
    };
    await this.raw.domainSetMetadata(args, options);
  }
}
