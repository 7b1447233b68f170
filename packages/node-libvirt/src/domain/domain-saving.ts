import type { CallOptions } from '../rpc/call-options.ts';
import { writeFields } from '../values/fields.ts';
import { numberOf } from '../values/words.ts';
import { DomainLifecycle } from './domain-lifecycle.ts';
import { flagWord } from './flags.ts';
import { xmlBits, type XMLOptions } from './options.ts';
import {
  coreDumpBits,
  coreDumpFormats,
  type CoreDumpOptions,
  saveBits,
  saveFields,
  type SaveFileOptions,
  type SaveOptions,
} from './save-options.ts';

/** What puts a domain's memory on disk. */
export abstract class DomainSaving extends DomainLifecycle {
  /**
   * Saves its memory in a file of the host and ends it; `connection.restoreDomain` brings it back.
   *
   * `imageFormat` and `parallelChannels` need libvirt 11.2 on the host (`virDomainSaveParams`).
   */
  async save(path: string, options?: SaveFileOptions): Promise<void> {
    const flags = flagWord(options, saveBits);
    if (options?.imageFormat === undefined && options?.parallelChannels === undefined) {
      await this.raw.domainSaveFlags({ dom: this.reference, to: path, dxml: options?.dxml, flags }, options);
    } else {
      const params = writeFields(saveFields, { ...options, file: path });
      await this.raw.domainSaveParams({ dom: this.reference, params, flags }, options);
    }
  }

  /** Saves its memory where libvirt keeps it and ends it; its next start restores it. */
  managedSave(options?: SaveOptions): Promise<void> {
    return this.raw.domainManagedSave({ dom: this.reference, flags: flagWord(options, saveBits) }, options);
  }

  /** Whether it has a managed save. */
  async hasManagedSaveImage(options?: CallOptions): Promise<boolean> {
    return (await this.raw.domainHasManagedSaveImage({ dom: this.reference }, options)).result === 1;
  }

  /** Throws its managed save away: its next start boots afresh. */
  managedSaveRemove(options?: CallOptions): Promise<void> {
    return this.raw.domainManagedSaveRemove({ dom: this.reference }, options);
  }

  /** The XML in its managed save. */
  async managedSaveGetXMLDesc(options?: Pick<XMLOptions, 'secure' | keyof CallOptions>): Promise<string> {
    const flags = flagWord(options, xmlBits);
    return (await this.raw.domainManagedSaveGetXmlDesc({ dom: this.reference, flags }, options)).xml;
  }

  /** Replaces the XML in its managed save, as far as the guest can't see the difference. */
  managedSaveDefineXML(
    xml: string,
    options?: Pick<SaveOptions, 'running' | 'paused' | keyof CallOptions>,
  ): Promise<void> {
    const flags = flagWord(options, saveBits);
    return this.raw.domainManagedSaveDefineXml({ dom: this.reference, dxml: xml, flags }, options);
  }

  /** Writes a core dump of the guest to a file of the host. */
  async coreDump(path: string, options?: CoreDumpOptions): Promise<void> {
    const flags = flagWord(options, coreDumpBits);
    const format = options?.format;
    if (format === undefined) return this.raw.domainCoreDump({ dom: this.reference, to: path, flags }, options);
    const dumpformat = numberOf(coreDumpFormats, format, 'coreDump: the format');
    return this.raw.domainCoreDumpWithFormat({ dom: this.reference, to: path, dumpformat, flags }, options);
  }
}
