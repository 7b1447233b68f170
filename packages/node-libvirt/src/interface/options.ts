import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';

/** Which interfaces of the host (`virConnectListAllInterfacesFlags`); neither named means both. */
export interface ListInterfacesOptions extends CallOptions {
  /** Those that are up. @default false */
  readonly active?: boolean | undefined;
  /** Those that are not. @default false */
  readonly inactive?: boolean | undefined;
}

/** The bits of {@link ListInterfacesOptions}. */
export const listInterfacesBits: Record<Exclude<keyof ListInterfacesOptions, keyof CallOptions>, number> = {
  active: constants.VIR_CONNECT_LIST_INTERFACES_ACTIVE,
  inactive: constants.VIR_CONNECT_LIST_INTERFACES_INACTIVE,
};

/** How an interface of the host is defined (`virInterfaceDefineFlags`). */
export interface InterfaceDefineOptions extends CallOptions {
  /** Check the XML against libvirt's schema. @default false */
  readonly validate?: boolean | undefined;
}

/** The bits of {@link InterfaceDefineOptions}. */
export const interfaceDefineBits: Record<Exclude<keyof InterfaceDefineOptions, keyof CallOptions>, number> = {
  validate: constants.VIR_INTERFACE_DEFINE_VALIDATE,
};

/** Which XML of an interface of the host is wanted (`virInterfaceXMLFlags`). */
export interface InterfaceXMLOptions extends CallOptions {
  /** The definition instead of what is up. @default false */
  readonly inactive?: boolean | undefined;
}

/** The bits of {@link InterfaceXMLOptions}. */
export const interfaceXmlBits: Record<Exclude<keyof InterfaceXMLOptions, keyof CallOptions>, number> = {
  inactive: constants.VIR_INTERFACE_XML_INACTIVE,
};
