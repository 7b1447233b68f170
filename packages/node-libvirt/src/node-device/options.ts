import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';

/** What a device of the host can be. */
export type NodeDeviceCapability =
  | 'system'
  | 'pci'
  | 'usbDevice'
  | 'usbInterface'
  | 'net'
  | 'scsiHost'
  | 'scsiTarget'
  | 'scsi'
  | 'storage'
  | 'fcHost'
  | 'vports'
  | 'scsiGeneric'
  | 'drm'
  | 'mdevTypes'
  | 'mdev'
  | 'ccw'
  | 'css'
  | 'vdpa'
  | 'apCard'
  | 'apQueue'
  | 'apMatrix'
  | 'vpd'
  | 'ccwGroup'
  | 'ccwGroupMember';

const capabilities: Record<NodeDeviceCapability, number> = {
  system: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_SYSTEM,
  pci: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_PCI_DEV,
  usbDevice: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_USB_DEV,
  usbInterface: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_USB_INTERFACE,
  net: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_NET,
  scsiHost: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI_HOST,
  scsiTarget: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI_TARGET,
  scsi: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI,
  storage: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_STORAGE,
  fcHost: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_FC_HOST,
  vports: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_VPORTS,
  scsiGeneric: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI_GENERIC,
  drm: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_DRM,
  mdevTypes: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_MDEV_TYPES,
  mdev: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_MDEV,
  ccw: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_CCW_DEV,
  css: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_CSS_DEV,
  vdpa: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_VDPA,
  apCard: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_AP_CARD,
  apQueue: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_AP_QUEUE,
  apMatrix: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_AP_MATRIX,
  vpd: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_VPD,
  ccwGroup: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_CCWGROUP_DEV,
  ccwGroupMember: constants.VIR_CONNECT_LIST_NODE_DEVICES_CAP_CCWGROUP_MEMBER,
};

/** Which devices of the host (`virConnectListAllNodeDeviceFlags`); of each group, none named means all. */
export type ListNodeDevicesOptions = CallOptions & {
  /** Those that can be this. @default false */
  readonly [Capability in NodeDeviceCapability]?: boolean | undefined;
} & {
  /** Those with a definition. @default false */
  readonly persistent?: boolean | undefined;
  /** Those without. @default false */
  readonly transient?: boolean | undefined;
  /** Those that are started. @default false */
  readonly active?: boolean | undefined;
  /** Those that are not. @default false */
  readonly inactive?: boolean | undefined;
};

/** The bits of {@link ListNodeDevicesOptions}. */
export const listNodeDevicesBits: Record<
  NodeDeviceCapability | 'persistent' | 'transient' | 'active' | 'inactive',
  number
> = {
  ...capabilities,
  persistent: constants.VIR_CONNECT_LIST_NODE_DEVICES_PERSISTENT,
  transient: constants.VIR_CONNECT_LIST_NODE_DEVICES_TRANSIENT,
  active: constants.VIR_CONNECT_LIST_NODE_DEVICES_ACTIVE,
  inactive: constants.VIR_CONNECT_LIST_NODE_DEVICES_INACTIVE,
};

/** How a device of the host is defined or made (`virNodeDeviceDefineXMLFlags`, `virNodeDeviceCreateXMLFlags`). */
export interface NodeDeviceDefineOptions extends CallOptions {
  /** Check the XML against libvirt's schema. @default false */
  readonly validate?: boolean | undefined;
}

/** The bits of {@link NodeDeviceDefineOptions}; `virNodeDeviceCreateXMLFlags` has the same. */
export const nodeDeviceDefineBits: Record<Exclude<keyof NodeDeviceDefineOptions, keyof CallOptions>, number> = {
  validate: constants.VIR_NODE_DEVICE_DEFINE_XML_VALIDATE,
};

/** Which XML of a device is wanted (`virNodeDeviceXMLFlags`). */
export interface NodeDeviceXMLOptions extends CallOptions {
  /** The definition instead of what is started. @default false */
  readonly inactive?: boolean | undefined;
}

/** The bits of {@link NodeDeviceXMLOptions}. */
export const nodeDeviceXmlBits: Record<Exclude<keyof NodeDeviceXMLOptions, keyof CallOptions>, number> = {
  inactive: constants.VIR_NODE_DEVICE_XML_INACTIVE,
};

/** Whether a change of a device concerns what is started, its definition, or both (`virNodeDeviceUpdateFlags`). */
export interface NodeDeviceUpdateOptions extends CallOptions {
  /** What is started. @default false */
  readonly live?: boolean | undefined;
  /** The definition. @default false */
  readonly config?: boolean | undefined;
}

/** The bits of {@link NodeDeviceUpdateOptions}. */
export const nodeDeviceUpdateBits: Record<Exclude<keyof NodeDeviceUpdateOptions, keyof CallOptions>, number> = {
  live: constants.VIR_NODE_DEVICE_UPDATE_AFFECT_LIVE,
  config: constants.VIR_NODE_DEVICE_UPDATE_AFFECT_CONFIG,
};
