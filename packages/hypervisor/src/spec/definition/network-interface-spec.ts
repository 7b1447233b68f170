/**
 * A network interface of a virtual machine. Exactly one of `network`, `bridge`, `direct` and `user` says what it is plugged in.
 */
export interface NetworkInterfaceSpec {
  /** Name of the hypervisor's network, or the cloud's identifier of a subnet. */
  readonly network?: string | undefined;
  /** Name of a bridge on the host. */
  readonly bridge?: string | undefined;
  /** Name of a device of the host that it shares (macvtap). */
  readonly direct?: string | undefined;
  /**
   * Nothing of the host's: a process of the host's user (passt) speaks for it, so that it needs no privileges. It is the only
   * one whose ports the hypervisor itself forwards: libvirt's networks have no such thing.
   *
   * @default false
   */
  readonly user?: boolean | undefined;
  /** Ports of the host that lead to it; with `user`. libvirt 9.0 or later. @default none */
  readonly portForwards?: readonly PortForwardSpec[] | undefined;
  /** How a host's device is shared. @default 'bridge' */
  readonly directMode?: 'vepa' | 'bridge' | 'private' | 'passthrough' | undefined;
  /** The network's group of ports: its bandwidth and VLAN. */
  readonly portGroup?: string | undefined;
  /** The card the guest sees. @default by operating system: 'virtio', or 'e1000e' where a guest has no driver */
  readonly model?: 'virtio' | 'e1000' | 'e1000e' | 'rtl8139' | undefined;
  /** Six bytes in hexadecimal: `52:54:00:12:34:56`. @default chosen by the hypervisor */
  readonly macAddress?: string | undefined;
  /** The VLAN of its frames, 1 to 4094; several make a trunk. Needs a bridge or network that knows VLANs. */
  readonly vlan?: number | readonly number[] | undefined;
  /** The bridge is one of Open vSwitch. @default false */
  readonly openVSwitch?: boolean | undefined;
  /** What the guest may receive. */
  readonly inbound?: BandwidthSpec | undefined;
  /** What the guest may send. */
  readonly outbound?: BandwidthSpec | undefined;
  /** A filter of the hypervisor's by name, with its parameters: `{ name: 'clean-traffic', parameters: { IP: '10.0.0.5' } }`. */
  readonly filter?: NetworkFilterSpec | undefined;
  /** Its MTU in bytes, 68 to 65535. @default the network's */
  readonly mtuBytes?: number | undefined;
  /** The cable is in. @default true */
  readonly connected?: boolean | undefined;
}

/** Ports of the host that lead to a machine. */
export interface PortForwardSpec {
  /** @default 'tcp' */
  readonly protocol?: 'tcp' | 'udp' | undefined;
  /** The host's port, 1 to 65535; of a range, the first. */
  readonly hostPort: number;
  /** The guest's port that it leads to. @default the host's */
  readonly guestPort?: number | undefined;
  /** How many ports in a row. @default 1 */
  readonly count?: number | undefined;
  /** The host's address on which it listens. @default all */
  readonly hostAddress?: string | undefined;
}

/** How much may pass. Bytes a second, as whole KiB are counted: lesser parts are rounded up. */
export interface BandwidthSpec {
  /** What passes on average. */
  readonly averageBytesPerSecond: number;
  /** What passes at most. */
  readonly peakBytesPerSecond?: number | undefined;
  /** How much may pass at peak speed at once, in bytes. */
  readonly burstBytes?: number | undefined;
}

/** A filter that is applied to an interface. */
export interface NetworkFilterSpec {
  /** The filter's name. */
  readonly name: string;
  /** Values of its variables. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}
