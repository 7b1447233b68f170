import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';

/** How a network filter is defined, or a binding made (`virNWFilterDefineFlags`, `virNWFilterBindingCreateFlags`). */
export interface NWFilterDefineOptions extends CallOptions {
  /** Check the XML against libvirt's schema. @default false */
  readonly validate?: boolean | undefined;
}

/** The bits of {@link NWFilterDefineOptions}; `virNWFilterBindingCreateFlags` has the same. */
export const nwfilterDefineBits: Record<Exclude<keyof NWFilterDefineOptions, keyof CallOptions>, number> = {
  validate: constants.VIR_NWFILTER_DEFINE_VALIDATE,
};
