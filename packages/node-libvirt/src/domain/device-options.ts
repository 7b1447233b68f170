import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { Words } from '../values/words.ts';
import { type AffectOptions, affectBits } from './options.ts';

/** How a device is changed (`virDomainDeviceModifyFlags`). */
export interface DeviceOptions extends AffectOptions {
  /** Take a medium out although the guest holds it. @default false */
  readonly force?: boolean | undefined;
}

/** The bits of {@link DeviceOptions}. */
export const deviceBits: Record<Exclude<keyof DeviceOptions, keyof CallOptions>, number> = {
  ...affectBits,
  force: constants.VIR_DOMAIN_DEVICE_MODIFY_FORCE,
};

/** What went through a network interface of a domain, seen from the domain; absent is what the host can't tell. */
export interface InterfaceCounters {
  readonly rxBytes?: number | undefined;
  readonly rxPackets?: number | undefined;
  readonly rxErrors?: number | undefined;
  readonly rxDropped?: number | undefined;
  readonly txBytes?: number | undefined;
  readonly txPackets?: number | undefined;
  readonly txErrors?: number | undefined;
  readonly txDropped?: number | undefined;
}

/** Who is asked for a domain's addresses (`virDomainInterfaceAddressesSource`). */
export type AddressSource = 'lease' | 'agent' | 'arp';

/** libvirt's number of each {@link AddressSource}. */
export const addressSources: Words<AddressSource> = {
  lease: constants.VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE,
  agent: constants.VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT,
  arp: constants.VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP,
};

/** An IP address with its network. */
export interface IPAddress {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly prefixLength: number;
}

/** A network interface of a guest with its addresses. */
export interface GuestInterface {
  /** The host's device (`vnet0`), or the guest's (`eth0`) when the guest agent told. */
  readonly name: string;
  readonly mac: string | undefined;
  readonly addresses: readonly IPAddress[];
}

/** What went wrong with a disk (`virDomainDiskErrorCode`). */
export type DiskErrorReason = 'none' | 'unspecified' | 'no-space';

/** libvirt's number of each {@link DiskErrorReason}. */
export const diskErrorReasons: Words<DiskErrorReason> = {
  none: constants.VIR_DOMAIN_DISK_ERROR_NONE,
  unspecified: constants.VIR_DOMAIN_DISK_ERROR_UNSPEC,
  'no-space': constants.VIR_DOMAIN_DISK_ERROR_NO_SPACE,
};

/** A disk with an error. */
export interface DiskError {
  /** Its target: `vda`. */
  readonly disk: string;
  readonly error: DiskErrorReason | 'unknown';
}

/** Whose numbers keys have (`virKeycodeSet`). */
export type KeycodeSet = 'linux' | 'xt' | 'atset1' | 'atset2' | 'atset3' | 'osx' | 'xt-kbd' | 'usb' | 'win32' | 'qnum';

/** libvirt's number of each {@link KeycodeSet}. */
export const keycodeSets: Words<KeycodeSet> = {
  linux: constants.VIR_KEYCODE_SET_LINUX,
  xt: constants.VIR_KEYCODE_SET_XT,
  atset1: constants.VIR_KEYCODE_SET_ATSET1,
  atset2: constants.VIR_KEYCODE_SET_ATSET2,
  atset3: constants.VIR_KEYCODE_SET_ATSET3,
  osx: constants.VIR_KEYCODE_SET_OSX,
  'xt-kbd': constants.VIR_KEYCODE_SET_XT_KBD,
  usb: constants.VIR_KEYCODE_SET_USB,
  win32: constants.VIR_KEYCODE_SET_WIN32,
  qnum: constants.VIR_KEYCODE_SET_QNUM,
};

/** How keys are pressed. */
export interface SendKeyOptions extends CallOptions {
  /** Whose numbers the keys have. @default 'linux' */
  readonly codeset?: KeycodeSet | undefined;
  /** How long they are held. @default 0: as short as the hypervisor can */
  readonly holdMs?: number | undefined;
}

/** Which graphics are loaded anew (`virDomainGraphicsReloadType`). */
export type GraphicsType = 'any' | 'vnc';

/** libvirt's number of each {@link GraphicsType}. */
export const graphicsTypes: Words<GraphicsType> = {
  any: constants.VIR_DOMAIN_GRAPHICS_RELOAD_TYPE_ANY,
  vnc: constants.VIR_DOMAIN_GRAPHICS_RELOAD_TYPE_VNC,
};
