import type { CallOptions } from '../rpc/call-options.ts';
import { withDeadline } from '../rpc/with-deadline.ts';
import { writeFields } from '../values/fields.ts';
import { type Identity, identityFields } from './identity.ts';
import { clockOf, type RawCalls } from './raw-calls.ts';
import { unpackVersion, type Version } from './version.ts';

/** The calls of a connection that are about the daemon and its hypervisor. */
export abstract class HostCalls {
  /** Every procedure of the protocol as a typed method. */
  abstract readonly raw: RawCalls;

  /** The host's name. */
  async getHostname(options?: CallOptions): Promise<string> {
    return (await this.raw.connectGetHostname(options)).hostname;
  }

  /** The URI of the daemon's driver: `qemu:///system`. */
  async getURI(options?: CallOptions): Promise<string> {
    return (await this.raw.connectGetUri(options)).uri;
  }

  /** The version of the daemon's libvirt. */
  async getLibVersion(options?: CallOptions): Promise<Version> {
    return unpackVersion((await this.raw.connectGetLibVersion(options)).libVer);
  }

  /** The version of the hypervisor: of QEMU, for instance. */
  async getVersion(options?: CallOptions): Promise<Version> {
    return unpackVersion((await this.raw.connectGetVersion(options)).hvVer);
  }

  /** The driver: `QEMU`, `TEST`, ... */
  async getType(options?: CallOptions): Promise<string> {
    return (await this.raw.connectGetType(options)).type;
  }

  /** Whether nobody can listen between the daemon and its hypervisor. */
  async isSecure(options?: CallOptions): Promise<boolean> {
    return (await this.raw.connectIsSecure(options)).secure === 1;
  }

  /** What host and hypervisor can do, as XML. */
  async getCapabilities(options?: CallOptions): Promise<string> {
    return (await this.raw.connectGetCapabilities(options)).capabilities;
  }

  /** What the host's firmware tells of its hardware (SMBIOS), as XML. */
  async getSysinfo(options?: CallOptions): Promise<string> {
    return (await this.raw.connectGetSysinfo({}, options)).sysinfo;
  }

  /** How many virtual CPUs a domain of this type (`kvm`, `qemu`) may have. */
  async getMaxVcpus(type?: string, options?: CallOptions): Promise<number> {
    return (await this.raw.connectGetMaxVcpus({ type }, options)).maxVcpus;
  }

  /** Whether the daemon has a feature of libvirt's internal list (`VIR_DRV_FEATURE_...`). */
  async supportsFeature(feature: number, options?: CallOptions): Promise<boolean> {
    return (await this.raw.connectSupportsFeature({ feature }, options)).supported === 1;
  }

  /**
   * Lets a privileged client speak for somebody else: a proxy. It holds for the one socket that the call goes by: not for
   * further sockets, not for those of streams; and it is lost on reconnection, after which calls speak for the client
   * itself again. So connect with `maxSockets: 1` and `reconnect: false`.
   */
  async setIdentity(identity: Identity, options?: CallOptions): Promise<void> {
    await this.raw.connectSetIdentity({ params: writeFields(identityFields, identity) }, options);
  }

  /** Several calls under one deadline. */
  protected together<Value>(
    options: CallOptions | undefined,
    name: string,
    work: (step: CallOptions) => Promise<Value>,
  ): Promise<Value> {
    return withDeadline(options, clockOf(this.raw), name, (signal) => work({ signal }));
  }
}
