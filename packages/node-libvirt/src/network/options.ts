import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { Words } from '../values/words.ts';

/** Which networks (`virConnectListAllNetworksFlags`); of each pair of opposites, none named means both. */
export interface ListNetworksOptions extends CallOptions {
  /** Those that are started. @default false */
  readonly active?: boolean | undefined;
  /** Those that are not. @default false */
  readonly inactive?: boolean | undefined;
  /** Those with a definition. @default false */
  readonly persistent?: boolean | undefined;
  /** Those that vanish when they are stopped. @default false */
  readonly transient?: boolean | undefined;
  /** Those started with the host. @default false */
  readonly autostart?: boolean | undefined;
  /** Those not started with the host. @default false */
  readonly noAutostart?: boolean | undefined;
}

/** The bits of {@link ListNetworksOptions}. */
export const listNetworksBits: Record<Exclude<keyof ListNetworksOptions, keyof CallOptions>, number> = {
  active: constants.VIR_CONNECT_LIST_NETWORKS_ACTIVE,
  inactive: constants.VIR_CONNECT_LIST_NETWORKS_INACTIVE,
  persistent: constants.VIR_CONNECT_LIST_NETWORKS_PERSISTENT,
  transient: constants.VIR_CONNECT_LIST_NETWORKS_TRANSIENT,
  autostart: constants.VIR_CONNECT_LIST_NETWORKS_AUTOSTART,
  noAutostart: constants.VIR_CONNECT_LIST_NETWORKS_NO_AUTOSTART,
};

/** How a network is defined or started from XML (`virNetworkDefineFlags`, `virNetworkCreateFlags`). */
export interface NetworkDefineOptions extends CallOptions {
  /** Check the XML against libvirt's schema. @default false */
  readonly validate?: boolean | undefined;
}

/** The bits of {@link NetworkDefineOptions}; `virNetworkCreateFlags` has the same. */
export const networkDefineBits: Record<Exclude<keyof NetworkDefineOptions, keyof CallOptions>, number> = {
  validate: constants.VIR_NETWORK_DEFINE_VALIDATE,
};

/** Which XML of a network is wanted (`virNetworkXMLFlags`). */
export interface NetworkXMLOptions extends CallOptions {
  /** The definition instead of what is started. @default false */
  readonly inactive?: boolean | undefined;
}

/** The bits of {@link NetworkXMLOptions}. */
export const networkXmlBits: Record<Exclude<keyof NetworkXMLOptions, keyof CallOptions>, number> = {
  inactive: constants.VIR_NETWORK_XML_INACTIVE,
};

/** Whether a change of a network concerns what is started, its definition, or both (`virNetworkUpdateFlags`). */
export interface NetworkAffectOptions extends CallOptions {
  /** What is started. @default false */
  readonly live?: boolean | undefined;
  /** The definition. @default false */
  readonly config?: boolean | undefined;
}

/** The bits of {@link NetworkAffectOptions}. */
export const networkAffectBits: Record<Exclude<keyof NetworkAffectOptions, keyof CallOptions>, number> = {
  live: constants.VIR_NETWORK_UPDATE_AFFECT_LIVE,
  config: constants.VIR_NETWORK_UPDATE_AFFECT_CONFIG,
};

/** What is done to a part of a network (`virNetworkUpdateCommand`). */
export type NetworkUpdateCommand = 'modify' | 'delete' | 'add-last' | 'add-first';

/** libvirt's number of each {@link NetworkUpdateCommand}. */
export const networkUpdateCommands: Words<NetworkUpdateCommand> = {
  modify: constants.VIR_NETWORK_UPDATE_COMMAND_MODIFY,
  delete: constants.VIR_NETWORK_UPDATE_COMMAND_DELETE,
  'add-last': constants.VIR_NETWORK_UPDATE_COMMAND_ADD_LAST,
  'add-first': constants.VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST,
};

/** Which part of a network (`virNetworkUpdateSection`). */
export type NetworkSection =
  | 'bridge'
  | 'domain'
  | 'ip'
  | 'ip-dhcp-host'
  | 'ip-dhcp-range'
  | 'forward'
  | 'forward-interface'
  | 'forward-pf'
  | 'portgroup'
  | 'dns-host'
  | 'dns-txt'
  | 'dns-srv';

/** libvirt's number of each {@link NetworkSection}. */
export const networkSections: Words<NetworkSection> = {
  bridge: constants.VIR_NETWORK_SECTION_BRIDGE,
  domain: constants.VIR_NETWORK_SECTION_DOMAIN,
  ip: constants.VIR_NETWORK_SECTION_IP,
  'ip-dhcp-host': constants.VIR_NETWORK_SECTION_IP_DHCP_HOST,
  'ip-dhcp-range': constants.VIR_NETWORK_SECTION_IP_DHCP_RANGE,
  forward: constants.VIR_NETWORK_SECTION_FORWARD,
  'forward-interface': constants.VIR_NETWORK_SECTION_FORWARD_INTERFACE,
  'forward-pf': constants.VIR_NETWORK_SECTION_FORWARD_PF,
  portgroup: constants.VIR_NETWORK_SECTION_PORTGROUP,
  'dns-host': constants.VIR_NETWORK_SECTION_DNS_HOST,
  'dns-txt': constants.VIR_NETWORK_SECTION_DNS_TXT,
  'dns-srv': constants.VIR_NETWORK_SECTION_DNS_SRV,
};

/** How a part of a network is changed. */
export interface NetworkUpdateOptions extends NetworkAffectOptions {
  /** In which of several parents of its kind, the `<ip>` for instance; -1 where libvirt finds it. @default -1 */
  readonly parentIndex?: number | undefined;
}

/** Which of a network's texts: its description, its title, or an XML element of a namespace. */
export type NetworkMetadataType = 'description' | 'title' | 'element';

/** libvirt's number of each {@link NetworkMetadataType}. */
export const networkMetadataTypes: Words<NetworkMetadataType> = {
  description: constants.VIR_NETWORK_METADATA_DESCRIPTION,
  title: constants.VIR_NETWORK_METADATA_TITLE,
  element: constants.VIR_NETWORK_METADATA_ELEMENT,
};

/** Where a piece of a network's metadata is kept. */
export interface NetworkMetadataOptions extends NetworkAffectOptions {
  /** The XML namespace of an `element`. */
  readonly uri?: string | undefined;
  /** The namespace prefix under which an `element` is written; needed to set one. */
  readonly key?: string | undefined;
}

/** How a port of a network is made (`virNetworkPortCreateFlags`). */
export interface NetworkPortCreateOptions extends CallOptions {
  /** Take over what it uses as it is: after a restart of the daemon. @default false */
  readonly reclaim?: boolean | undefined;
  /** Check the XML against libvirt's schema. @default false */
  readonly validate?: boolean | undefined;
}

/** The bits of {@link NetworkPortCreateOptions}. */
export const networkPortCreateBits: Record<Exclude<keyof NetworkPortCreateOptions, keyof CallOptions>, number> = {
  reclaim: constants.VIR_NETWORK_PORT_CREATE_RECLAIM,
  validate: constants.VIR_NETWORK_PORT_CREATE_VALIDATE,
};
