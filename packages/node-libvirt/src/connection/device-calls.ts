import { flagWord } from '../domain/flags.ts';
import { Interface } from '../interface/interface.ts';
import {
  interfaceDefineBits,
  type InterfaceDefineOptions,
  listInterfacesBits,
  type ListInterfacesOptions,
} from '../interface/options.ts';
import { NodeDevice } from '../node-device/node-device.ts';
import {
  listNodeDevicesBits,
  type ListNodeDevicesOptions,
  nodeDeviceDefineBits,
  type NodeDeviceDefineOptions,
} from '../node-device/options.ts';
import { REMOTE_INTERFACE_LIST_MAX, REMOTE_NODE_DEVICE_LIST_MAX } from '../protocol/remote-constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { StorageCalls } from './storage-calls.ts';

/** The calls of a connection that are about the host's devices and network interfaces. */
export abstract class DeviceCalls extends StorageCalls {
  /** All network interfaces of the host, or those that the options name. */
  async listAllInterfaces(options?: ListInterfacesOptions): Promise<Interface[]> {
    const flags = flagWord(options, listInterfacesBits);
    const { ifaces } = await this.raw.connectListAllInterfaces({ needResults: 1, flags }, options);
    return ifaces.map((reference) => new Interface(this.raw, reference));
  }

  /** How many network interfaces of the host are up. */
  async numOfInterfaces(options?: CallOptions): Promise<number> {
    return (await this.raw.connectNumOfInterfaces(options)).num;
  }

  /** How many network interfaces of the host are defined and not up. */
  async numOfDefinedInterfaces(options?: CallOptions): Promise<number> {
    return (await this.raw.connectNumOfDefinedInterfaces(options)).num;
  }

  /** The names of the host's network interfaces that are up. */
  async listInterfaces(options?: CallOptions): Promise<readonly string[]> {
    return (await this.raw.connectListInterfaces({ maxnames: REMOTE_INTERFACE_LIST_MAX }, options)).names;
  }

  /** The names of the host's network interfaces that are defined and not up. */
  async listDefinedInterfaces(options?: CallOptions): Promise<readonly string[]> {
    return (await this.raw.connectListDefinedInterfaces({ maxnames: REMOTE_INTERFACE_LIST_MAX }, options)).names;
  }

  /** The host's network interface of this name; `LIBVIRT_NO_INTERFACE` when there is none. */
  async lookupInterfaceByName(name: string, options?: CallOptions): Promise<Interface> {
    return new Interface(this.raw, (await this.raw.interfaceLookupByName({ name }, options)).iface);
  }

  /** The host's network interface of this MAC address; `LIBVIRT_NO_INTERFACE` when there is none. */
  async lookupInterfaceByMACString(mac: string, options?: CallOptions): Promise<Interface> {
    return new Interface(this.raw, (await this.raw.interfaceLookupByMacString({ mac }, options)).iface);
  }

  /** Defines a network interface of the host from XML; it is not brought up. */
  async defineInterfaceXML(xml: string, options?: InterfaceDefineOptions): Promise<Interface> {
    const flags = flagWord(options, interfaceDefineBits);
    return new Interface(this.raw, (await this.raw.interfaceDefineXml({ xml, flags }, options)).iface);
  }

  /** Remembers how the host's network is configured: until a commit, a rollback or the host's restart. */
  interfaceChangeBegin(options?: CallOptions): Promise<void> {
    return this.raw.interfaceChangeBegin({}, options);
  }

  /** Keeps what was changed since the begin. */
  interfaceChangeCommit(options?: CallOptions): Promise<void> {
    return this.raw.interfaceChangeCommit({}, options);
  }

  /** Takes back what was changed since the begin. */
  interfaceChangeRollback(options?: CallOptions): Promise<void> {
    return this.raw.interfaceChangeRollback({}, options);
  }

  /** All devices of the host, or those that the options name. */
  async listAllNodeDevices(options?: ListNodeDevicesOptions): Promise<NodeDevice[]> {
    const flags = flagWord(options, listNodeDevicesBits);
    const { devices } = await this.raw.connectListAllNodeDevices({ needResults: 1, flags }, options);
    return devices.map((reference) => new NodeDevice(this.raw, reference));
  }

  /** How many devices the host has: all, or those that can be this (`pci`, `net`, ...). */
  async numOfDevices(capability?: string, options?: CallOptions): Promise<number> {
    return (await this.raw.nodeNumOfDevices({ cap: capability }, options)).num;
  }

  /** The names of the host's devices: of all, or of those that can be this (`pci`, `net`, ...). */
  async listDevices(capability?: string, options?: CallOptions): Promise<readonly string[]> {
    const args = { cap: capability, maxnames: REMOTE_NODE_DEVICE_LIST_MAX };
    return (await this.raw.nodeListDevices(args, options)).names;
  }

  /** The host's device of this name; `LIBVIRT_NO_NODE_DEVICE` when there is none. */
  async lookupNodeDeviceByName(name: string, options?: CallOptions): Promise<NodeDevice> {
    return new NodeDevice(this.raw, (await this.raw.nodeDeviceLookupByName({ name }, options)).dev);
  }

  /** The host's SCSI adapter with these world wide names; `LIBVIRT_NO_NODE_DEVICE` when there is none. */
  async lookupSCSIHostByWWN(wwnn: string, wwpn: string, options?: CallOptions): Promise<NodeDevice> {
    return new NodeDevice(this.raw, (await this.raw.nodeDeviceLookupScsiHostByWwn({ wwnn, wwpn }, options)).dev);
  }

  /** Makes a device of the host from XML: a mediated device or a virtual HBA, which vanishes when it is stopped. */
  async createNodeDeviceXML(xml: string, options?: NodeDeviceDefineOptions): Promise<NodeDevice> {
    const flags = flagWord(options, nodeDeviceDefineBits);
    return new NodeDevice(this.raw, (await this.raw.nodeDeviceCreateXml({ xmlDesc: xml, flags }, options)).dev);
  }

  /** Defines a device of the host from XML: a mediated device; it is not started. */
  async defineNodeDeviceXML(xml: string, options?: NodeDeviceDefineOptions): Promise<NodeDevice> {
    const flags = flagWord(options, nodeDeviceDefineBits);
    return new NodeDevice(this.raw, (await this.raw.nodeDeviceDefineXml({ xmlDesc: xml, flags }, options)).dev);
  }
}
