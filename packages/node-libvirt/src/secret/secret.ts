import type { RawCalls } from '../connection/raw-calls.ts';
import type { NonnullSecret } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { wordOf } from '../values/words.ts';
import { type SecretUsageType, secretUsageTypes } from './options.ts';

/**
 * A secret that libvirt keeps: a password or key for disks, storage, TLS. A reference by UUID; its methods reject with
 * {@link LibvirtError}, and no value ever stands in an error.
 */
export class Secret {
  private readonly raw: RawCalls;
  private readonly reference: NonnullSecret;

  /**
   * @param raw - The calls of the connection that it belongs to.
   * @param reference - How the protocol names it.
   */
  constructor(raw: RawCalls, reference: NonnullSecret) {
    this.raw = raw;
    this.reference = reference;
  }

  /** Its UUID, in lower case with hyphens. */
  get uuid(): string {
    return this.reference.uuid;
  }

  /** What it is for. */
  get usageType(): SecretUsageType | 'unknown' {
    return wordOf(secretUsageTypes, this.reference.usageType);
  }

  /** Which one of that: the volume's path, or a name. */
  get usageId(): string {
    return this.reference.usageID;
  }

  /** The reference that raw calls take as `secret`. */
  get secret(): NonnullSecret {
    return this.reference;
  }

  /** Its XML, without its value. */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.raw.secretGetXmlDesc({ secret: this.reference }, options)).xml;
  }

  /** Sets its value: at most 64 KiB. */
  setValue(value: Uint8Array, options?: CallOptions): Promise<void> {
    return this.raw.secretSetValue({ secret: this.reference, value }, options);
  }

  /** Its value; `LIBVIRT_INVALID_SECRET` when it is private, `LIBVIRT_NO_SECRET` when it has none. */
  async getValue(options?: CallOptions): Promise<Uint8Array> {
    return (await this.raw.secretGetValue({ secret: this.reference }, options)).value;
  }

  /** Removes it with its value. */
  undefine(options?: CallOptions): Promise<void> {
    return this.raw.secretUndefine({ secret: this.reference }, options);
  }

  /** Its UUID and what it is for. */
  toJSON(): { uuid: string; usageType: string; usageId: string } {
    return { uuid: this.uuid, usageType: this.usageType, usageId: this.usageId };
  }
}
