import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { type Fields, numberField, textField } from '../values/fields.ts';
import type { Words } from '../values/words.ts';

/** How a domain's memory is saved or restored (`virDomainSaveRestoreFlags`). */
export interface SaveOptions extends CallOptions {
  /** Do not go through the host's file cache. @default false */
  readonly bypassCache?: boolean | undefined;
  /** Let it run after it was restored, whatever it did when it was saved. @default false */
  readonly running?: boolean | undefined;
  /** Leave it paused after it was restored, whatever it did when it was saved. @default false */
  readonly paused?: boolean | undefined;
  /** Take the firmware's variables anew from their template; at a restore only. @default false */
  readonly resetNvram?: boolean | undefined;
}

/** The bits of {@link SaveOptions}. */
export const saveBits: Record<Exclude<keyof SaveOptions, keyof CallOptions>, number> = {
  bypassCache: constants.VIR_DOMAIN_SAVE_BYPASS_CACHE,
  running: constants.VIR_DOMAIN_SAVE_RUNNING,
  paused: constants.VIR_DOMAIN_SAVE_PAUSED,
  resetNvram: constants.VIR_DOMAIN_SAVE_RESET_NVRAM,
};

/** What goes with a file of a domain's memory (`VIR_DOMAIN_SAVE_PARAM_...`). */
export interface SaveParameters {
  /** The domain's XML to put in its place, as far as the guest can't see the difference. */
  readonly dxml?: string | undefined;
  /** `raw`, `zstd`, `lzop`, `gzip`, `bzip2`, `xz` or `sparse`. @default what the daemon is configured for */
  readonly imageFormat?: string | undefined;
  /** How many channels write or read at once; `sparse` only. */
  readonly parallelChannels?: number | undefined;
}

/** How a domain's memory is saved to or restored from a file. */
export interface SaveFileOptions extends SaveOptions, SaveParameters {}

/** The parameters of {@link SaveParameters}, with the file itself. */
export const saveFields: Fields<SaveParameters & { readonly file: string }> = {
  file: textField(constants.VIR_DOMAIN_SAVE_PARAM_FILE),
  dxml: textField(constants.VIR_DOMAIN_SAVE_PARAM_DXML),
  imageFormat: textField(constants.VIR_DOMAIN_SAVE_PARAM_IMAGE_FORMAT),
  parallelChannels: numberField('int', constants.VIR_DOMAIN_SAVE_PARAM_PARALLEL_CHANNELS),
};

/** Which XML of a saved domain is wanted (`virDomainSaveImageXMLFlags`). */
export interface SaveImageXMLOptions extends CallOptions {
  /** With passwords; refused on a read-only connection. @default false */
  readonly secure?: boolean | undefined;
}

/** The bits of {@link SaveImageXMLOptions}. */
export const saveImageXmlBits: Record<Exclude<keyof SaveImageXMLOptions, keyof CallOptions>, number> = {
  secure: constants.VIR_DOMAIN_SAVE_IMAGE_XML_SECURE,
};

/** The format of a core dump (`virDomainCoreDumpFormat`). */
export type CoreDumpFormat = 'raw' | 'kdump-zlib' | 'kdump-lzo' | 'kdump-snappy' | 'win-dmp';

/** libvirt's number of each {@link CoreDumpFormat}. */
export const coreDumpFormats: Words<CoreDumpFormat> = {
  raw: constants.VIR_DOMAIN_CORE_DUMP_FORMAT_RAW,
  'kdump-zlib': constants.VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_ZLIB,
  'kdump-lzo': constants.VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_LZO,
  'kdump-snappy': constants.VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_SNAPPY,
  'win-dmp': constants.VIR_DOMAIN_CORE_DUMP_FORMAT_WIN_DMP,
};

/** How a core dump is made (`virDomainCoreDumpFlags`). */
export interface CoreDumpOptions extends CallOptions {
  /** The format; any but `raw` needs `memoryOnly`. @default the hypervisor's own */
  readonly format?: CoreDumpFormat | undefined;
  /** End the domain in state crashed afterwards. @default false */
  readonly crash?: boolean | undefined;
  /** Do not pause the domain meanwhile. @default false */
  readonly live?: boolean | undefined;
  /** Do not go through the host's file cache. @default false */
  readonly bypassCache?: boolean | undefined;
  /** Reset the domain afterwards. @default false */
  readonly reset?: boolean | undefined;
  /** Memory and CPU registers in a form that debuggers read, without devices. @default false */
  readonly memoryOnly?: boolean | undefined;
}

/** The bits of {@link CoreDumpOptions}. */
export const coreDumpBits: Record<Exclude<keyof CoreDumpOptions, keyof CallOptions | 'format'>, number> = {
  crash: constants.VIR_DUMP_CRASH,
  live: constants.VIR_DUMP_LIVE,
  bypassCache: constants.VIR_DUMP_BYPASS_CACHE,
  reset: constants.VIR_DUMP_RESET,
  memoryOnly: constants.VIR_DUMP_MEMORY_ONLY,
};
