import { REMOTE_DOMAIN_DISK_ERRORS_MAX } from '../protocol/remote-constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { counted } from '../values/counted.ts';
import { numberOf, wordOf } from '../values/words.ts';
import {
  type AddressSource,
  addressSources,
  deviceBits,
  type DeviceOptions,
  type DiskError,
  diskErrorReasons,
  graphicsTypes,
  type GraphicsType,
  type GuestInterface,
  type InterfaceCounters,
  keycodeSets,
  type SendKeyOptions,
} from './device-options.ts';
import { DomainTuning } from './domain-tuning.ts';
import { flagWord } from './flags.ts';
import { type ProcessSignal, processSignals } from './process-signal.ts';

/** What is about a domain's devices. */
export abstract class DomainDevices extends DomainTuning {
  /** Adds a device, of its XML: to a domain that runs it is plugged in, without `live` or `config` to what it is now. */
  attachDevice(xml: string, options?: DeviceOptions): Promise<void> {
    return this.raw.domainAttachDeviceFlags(
      { dom: this.reference, xml, flags: flagWord(options, deviceBits) },
      options,
    );
  }

  /**
   * Removes a device, of its XML. From a domain that runs, the guest has to let it go: the event `device-removed` tells
   * that it is gone.
   */
  detachDevice(xml: string, options?: DeviceOptions): Promise<void> {
    return this.raw.domainDetachDeviceFlags(
      { dom: this.reference, xml, flags: flagWord(options, deviceBits) },
      options,
    );
  }

  /** Changes a device, of its XML: a medium, a link's state, a password. */
  updateDevice(xml: string, options?: DeviceOptions): Promise<void> {
    return this.raw.domainUpdateDeviceFlags(
      { dom: this.reference, xml, flags: flagWord(options, deviceBits) },
      options,
    );
  }

  /** Asks the guest to let the device of this alias go; the event `device-removed` tells that it is gone. */
  detachDeviceAlias(alias: string, options?: DeviceOptions): Promise<void> {
    const flags = flagWord(options, deviceBits);
    return this.raw.domainDetachDeviceAlias({ dom: this.reference, alias, flags }, options);
  }

  /**
   * What went through one of its network interfaces, seen from the domain.
   *
   * @param device - The host's device (`vnet0`) or the guest's MAC address.
   */
  async interfaceStats(device: string, options?: CallOptions): Promise<InterfaceCounters> {
    const stats = await this.raw.domainInterfaceStats({ dom: this.reference, device }, options);
    return {
      rxBytes: counted(stats.rxBytes),
      rxPackets: counted(stats.rxPackets),
      rxErrors: counted(stats.rxErrs),
      rxDropped: counted(stats.rxDrop),
      txBytes: counted(stats.txBytes),
      txPackets: counted(stats.txPackets),
      txErrors: counted(stats.txErrs),
      txDropped: counted(stats.txDrop),
    };
  }

  /** Its network interfaces with their addresses, as the DHCP server, the guest agent or the host's ARP table knows them. */
  async interfaceAddresses(source: AddressSource = 'lease', options?: CallOptions): Promise<GuestInterface[]> {
    const number = numberOf(addressSources, source, 'interfaceAddresses: the source');
    const { ifaces } = await this.raw.domainInterfaceAddresses({ dom: this.reference, source: number }, options);
    return ifaces.map(({ name, hwaddr, addrs }) => ({
      name,
      mac: hwaddr,
      addresses: addrs.map(({ type, addr, prefix }) => ({
        family: type === 0 ? 'ipv4' : 'ipv6',
        address: addr,
        prefixLength: prefix,
      })),
    }));
  }

  /** Its disks that have an error. */
  async getDiskErrors(options?: CallOptions): Promise<DiskError[]> {
    const args = { dom: this.reference, maxerrors: REMOTE_DOMAIN_DISK_ERRORS_MAX };
    const { errors } = await this.raw.domainGetDiskErrors(args, options);
    return errors.map(({ disk, error }) => ({ disk, error: wordOf(diskErrorReasons, error) }));
  }

  /** Presses keys all at once, and lets them go; at most 16. */
  async sendKey(keycodes: readonly number[], options?: SendKeyOptions): Promise<void> {
    const args = {
      dom: this.reference,
      codeset: numberOf(keycodeSets, options?.codeset ?? 'linux', 'sendKey: the codeset'),
      holdtime: options?.holdMs ?? 0,
      keycodes: [...keycodes],
    };
    await this.raw.domainSendKey(args, options);
  }

  /** Sends a signal to a process of the guest; of a container, its init is process 1. */
  async sendProcessSignal(processId: number, signal: ProcessSignal | number, options?: CallOptions): Promise<void> {
    const signum =
      typeof signal === 'number' ? signal : numberOf(processSignals, signal, 'sendProcessSignal: the signal');
    await this.raw.domainSendProcessSignal({ dom: this.reference, pidValue: processId, signum }, options);
  }

  /** Sends it a non-maskable interrupt. */
  injectNMI(options?: CallOptions): Promise<void> {
    return this.raw.domainInjectNmi({ dom: this.reference }, options);
  }

  /** Lets its graphics load their certificates anew. */
  async graphicsReload(type: GraphicsType = 'any', options?: CallOptions): Promise<void> {
    const number = numberOf(graphicsTypes, type, 'graphicsReload: the type');
    await this.raw.domainGraphicsReload({ dom: this.reference, type: number }, options);
  }
}
