import type { BandwidthSpec } from '../definition/network-interface-spec.ts';

/** Parts of a network that come and go while it runs. */
export interface NetworkParts {
  /** Names that its DNS server knows besides; one entry an address. */
  readonly dnsHosts?: readonly DnsHost[] | undefined;
  /** Services that its DNS server tells of (SRV records). */
  readonly dnsServices?: readonly DnsService[] | undefined;
  /** Texts that its DNS server tells (TXT records); one a name. */
  readonly dnsTexts?: readonly DnsText[] | undefined;
  /** What interfaces of a kind may do; one entry a name. */
  readonly portGroups?: readonly PortGroup[] | undefined;
  /** Devices of the host that its machines share besides `device`. Mode `direct`. */
  readonly devices?: readonly string[] | undefined;
}

/** An address with names. */
export interface DnsHost {
  readonly address: string;
  readonly names: readonly string[];
}

/** Where a service is (RFC 2782). */
export interface DnsService {
  /** Its name without the underscore: `ldap`. */
  readonly service: string;
  /** The protocol without the underscore. */
  readonly protocol: 'tcp' | 'udp';
  /** The machine that it runs on. */
  readonly target: string;
  /** 1 to 65535. */
  readonly port: number;
  /** The lower, the sooner, 0 to 65535. @default 0 */
  readonly priority?: number | undefined;
  /** The share among those of one priority, 0 to 65535. @default 0 */
  readonly weight?: number | undefined;
  /** The domain whose service it is. @default the network's */
  readonly domain?: string | undefined;
}

/** A text that stands under a name (RFC 1464). */
export interface DnsText {
  readonly name: string;
  readonly value: string;
}

/** What the interfaces that name it have in common. */
export interface PortGroup {
  readonly name: string;
  /** It is that of interfaces that name none; one a network. @default false */
  readonly default?: boolean | undefined;
  /** The VLAN of their frames, 1 to 4094; several make a trunk. Bridges of Open vSwitch, and mode `direct`. */
  readonly vlan?: number | readonly number[] | undefined;
  /** What each may receive. */
  readonly inbound?: BandwidthSpec | undefined;
  /** What each may send. */
  readonly outbound?: BandwidthSpec | undefined;
}

/** What shall go and come; what is removed is named by its address, service, or name. */
export interface NetworkChange {
  /** Removed first, so that a part can be replaced. */
  readonly remove?: NetworkParts | undefined;
  readonly add?: NetworkParts | undefined;
}
