import type { CallOptions } from '../rpc/call-options.ts';
import { nodeInfo, type NodeInfo } from './node-info.ts';
import type { RawCalls } from './raw-calls.ts';
import { unpackVersion, type Version } from './version.ts';

/** The calls of a connection that are about the host and the daemon. */
export abstract class HostCalls {
  /** Every procedure of the protocol as a typed method. */
  abstract readonly raw: RawCalls;

  /** The host's name. */
  async getHostname(options?: CallOptions): Promise<string> {
    return (await this.raw.connectGetHostname(options)).hostname;
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

  /** What host and hypervisor can do, as XML. */
  async getCapabilities(options?: CallOptions): Promise<string> {
    return (await this.raw.connectGetCapabilities(options)).capabilities;
  }

  /** The host's hardware. */
  async getInfo(options?: CallOptions): Promise<NodeInfo> {
    return nodeInfo(await this.raw.nodeGetInfo(options));
  }

  /** Whether the daemon has a feature of libvirt's internal list (`VIR_DRV_FEATURE_...`). */
  async supportsFeature(feature: number, options?: CallOptions): Promise<boolean> {
    return (await this.raw.connectSupportsFeature({ feature }, options)).supported === 1;
  }
}
