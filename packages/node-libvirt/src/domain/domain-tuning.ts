import { constants } from '../protocol/constants.gen.ts';
import {
  REMOTE_DOMAIN_BLKIO_PARAMETERS_MAX,
  REMOTE_DOMAIN_INTERFACE_PARAMETERS_MAX,
  REMOTE_DOMAIN_SCHEDULER_PARAMETERS_MAX,
} from '../protocol/remote-constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { cpuMap, readCpuMap } from '../values/cpu-map.ts';
import { readFields, type WithParameters, writeFields } from '../values/fields.ts';
import { DomainMemory } from './domain-memory.ts';
import { flagWord } from './flags.ts';
import { affectBits, type AffectOptions } from './options.ts';
import {
  type BandwidthParameters,
  bandwidthFields,
  blkioFields,
  type BlkioParameters,
  iothreadFields,
  type IOThreadInfo,
  type IOThreadParameters,
  schedulerFields,
  type SchedulerParameters,
} from './tuning-options.ts';
import { typedRecord } from './typed-parameters.ts';

/** How much of the host a domain gets: CPU time, block devices, network, I/O threads. */
export abstract class DomainTuning extends DomainMemory {
  /** The scheduler that shares out the host's CPUs (`posix`), and how many parameters it has. */
  async getSchedulerType(options?: CallOptions): Promise<{ readonly type: string; readonly parameterCount: number }> {
    const { type, nparams } = await this.raw.domainGetSchedulerType({ dom: this.reference }, options);
    return { type, parameterCount: nparams };
  }

  /** How much of the host's CPUs it gets. */
  async getSchedulerParameters(options?: AffectOptions): Promise<SchedulerParameters & WithParameters> {
    const args = { dom: this.reference, nparams: REMOTE_DOMAIN_SCHEDULER_PARAMETERS_MAX };
    const flags = flagWord(options, affectBits);
    // libvirt 9's test driver knows the newer call and refuses it.
    const { params } =
      flags === 0
        ? await this.raw.domainGetSchedulerParameters(args, options)
        : await this.raw.domainGetSchedulerParametersFlags({ ...args, flags }, options);
    return readFields<SchedulerParameters>(schedulerFields, params);
  }

  /** Sets how much of the host's CPUs it gets; what is absent stays. */
  async setSchedulerParameters(parameters: SchedulerParameters, options?: AffectOptions): Promise<void> {
    const params = writeFields(schedulerFields, parameters);
    const flags = flagWord(options, affectBits);
    await this.raw.domainSetSchedulerParametersFlags({ dom: this.reference, params, flags }, options);
  }

  /** How much of the host's block devices it gets. */
  async getBlkioParameters(options?: AffectOptions): Promise<BlkioParameters & WithParameters> {
    const args = {
      dom: this.reference,
      nparams: REMOTE_DOMAIN_BLKIO_PARAMETERS_MAX,
      flags: flagWord(options, affectBits) | constants.VIR_TYPED_PARAM_STRING_OKAY,
    };
    return readFields<BlkioParameters>(blkioFields, (await this.raw.domainGetBlkioParameters(args, options)).params);
  }

  /** Sets how much of the host's block devices it gets; what is absent stays. */
  async setBlkioParameters(parameters: BlkioParameters, options?: AffectOptions): Promise<void> {
    const params = writeFields(blkioFields, parameters);
    await this.raw.domainSetBlkioParameters(
      { dom: this.reference, params, flags: flagWord(options, affectBits) },
      options,
    );
  }

  /**
   * How much one of its network interfaces may carry.
   *
   * @param device - The host's device (`vnet0`) or the guest's MAC address.
   */
  async getInterfaceParameters(device: string, options?: AffectOptions): Promise<BandwidthParameters & WithParameters> {
    const args = {
      dom: this.reference,
      device,
      nparams: REMOTE_DOMAIN_INTERFACE_PARAMETERS_MAX,
      flags: flagWord(options, affectBits) | constants.VIR_TYPED_PARAM_STRING_OKAY,
    };
    const { params } = await this.raw.domainGetInterfaceParameters(args, options);
    return readFields<BandwidthParameters>(bandwidthFields, params);
  }

  /** Sets how much one of its network interfaces may carry; rates are rounded up to 1000 bytes per second. */
  async setInterfaceParameters(
    device: string,
    parameters: BandwidthParameters,
    options?: AffectOptions,
  ): Promise<void> {
    const params = writeFields(bandwidthFields, parameters);
    const flags = flagWord(options, affectBits);
    await this.raw.domainSetInterfaceParameters({ dom: this.reference, device, params, flags }, options);
  }

  /** Which events of the host's CPUs are counted for it, by libvirt's names: `cpu_cycles`, `cache_misses`, ... */
  async getPerfEvents(options?: AffectOptions): Promise<Record<string, boolean>> {
    const flags = flagWord(options, affectBits);
    const { params } = await this.raw.domainGetPerfEvents({ dom: this.reference, flags }, options);
    return Object.fromEntries(Object.entries(typedRecord(params)).map(([event, counted]) => [event, counted === true]));
  }

  /** Sets which events of the host's CPUs are counted for it; what is absent stays. */
  async setPerfEvents(events: Readonly<Record<string, boolean>>, options?: AffectOptions): Promise<void> {
    const params = Object.entries(events).map(([field, counted]) => ({
      field,
      value: { type: 6, value: counted ? 1 : 0 } as const,
    }));
    const flags = flagWord(options, affectBits);
    await this.raw.domainSetPerfEvents({ dom: this.reference, params, flags }, options);
  }

  /** Its I/O threads. */
  async getIOThreadInfo(options?: AffectOptions): Promise<IOThreadInfo[]> {
    const flags = flagWord(options, affectBits);
    const { info } = await this.raw.domainGetIothreadInfo({ dom: this.reference, flags }, options);
    return info.map(({ iothreadId, cpumap }) => ({ id: iothreadId, affinity: readCpuMap(cpumap) }));
  }

  /** Lets an I/O thread run on some of the host's CPUs only. */
  async pinIOThread(id: number, hostCpus: readonly number[], options?: AffectOptions): Promise<void> {
    const args = {
      dom: this.reference,
      iothreadsId: id,
      cpumap: cpuMap(hostCpus, 'pinIOThread: a CPU of the host'),
      flags: flagWord(options, affectBits),
    };
    await this.raw.domainPinIothread(args, options);
  }

  /** Adds an I/O thread of this number. */
  addIOThread(id: number, options?: AffectOptions): Promise<void> {
    const flags = flagWord(options, affectBits);
    return this.raw.domainAddIothread({ dom: this.reference, iothreadId: id, flags }, options);
  }

  /** Removes an I/O thread that no disk uses. */
  delIOThread(id: number, options?: AffectOptions): Promise<void> {
    const flags = flagWord(options, affectBits);
    return this.raw.domainDelIothread({ dom: this.reference, iothreadId: id, flags }, options);
  }

  /** Sets how an I/O thread polls and how many threads it works with; what is absent stays. */
  async setIOThreadParams(id: number, parameters: IOThreadParameters, options?: AffectOptions): Promise<void> {
    const params = writeFields(iothreadFields, parameters);
    const flags = flagWord(options, affectBits);
    await this.raw.domainSetIothreadParams({ dom: this.reference, iothreadId: id, params, flags }, options);
  }
}
