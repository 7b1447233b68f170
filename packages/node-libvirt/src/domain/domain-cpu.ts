import { REMOTE_DOMAIN_GET_CPU_STATS_NCPUS_MAX, REMOTE_NODE_CPU_STATS_MAX } from '../protocol/remote-constants.gen.ts';
import { constants } from '../protocol/constants.gen.ts';
import type { TypedParam } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { cpuList, cpuMap, cpuMapBytes, readCpuMap, readCpuMaps } from '../values/cpu-map.ts';
import { readFields } from '../values/fields.ts';
import { wordOf } from '../values/words.ts';
import {
  cpuStatsFields,
  type DomainCpuStats,
  type GuestVcpus,
  guestVcpusFields,
  type VcpuInfo,
  vcpusBits,
  type VcpusOptions,
  vcpuStates,
} from './cpu-options.ts';
import { DomainSaving } from './domain-saving.ts';
import { flagWord } from './flags.ts';
import { affectBits, type AffectOptions } from './options.ts';

/** What is about a domain's CPUs. */
export abstract class DomainCpu extends DomainSaving {
  /** How many virtual CPUs it may have at most: the running domain, or what the hypervisor allows when it is off. */
  async getMaxVcpus(options?: CallOptions): Promise<number> {
    return (await this.raw.domainGetMaxVcpus({ dom: this.reference }, options)).num;
  }

  /** How many virtual CPUs it has, or may have (`virDomainGetVcpusFlags`). */
  async getVcpusFlags(options?: VcpusOptions): Promise<number> {
    return (await this.raw.domainGetVcpusFlags({ dom: this.reference, flags: flagWord(options, vcpusBits) }, options))
      .num;
  }

  /** Sets how many virtual CPUs it has, or may have. */
  setVcpus(count: number, options?: VcpusOptions): Promise<void> {
    const flags = flagWord(options, vcpusBits);
    return this.raw.domainSetVcpusFlags({ dom: this.reference, nvcpus: count, flags }, options);
  }

  /** Plugs some virtual CPUs in or out, by number. */
  async setVcpu(vcpus: readonly number[], online: boolean, options?: AffectOptions): Promise<void> {
    const args = {
      dom: this.reference,
      cpumap: cpuList(vcpus, 'setVcpu: a virtual CPU'),
      state: online ? 1 : 0,
      flags: flagWord(options, affectBits),
    };
    await this.raw.domainSetVcpu(args, options);
  }

  /** The virtual CPUs of a domain that runs: what they do, and where. */
  getVcpus(options?: CallOptions): Promise<VcpuInfo[]> {
    return this.together(options, 'getVcpus', async (step) => {
      const [maplen, { nrVirtCpu }] = await Promise.all([
        this.mapBytes(step),
        this.raw.domainGetInfo({ dom: this.reference }, step),
      ]);
      const args = { dom: this.reference, maxinfo: nrVirtCpu, maplen };
      const { info, cpumaps } = await this.raw.domainGetVcpus(args, step);
      const maps = readCpuMaps(cpumaps, maplen, info.length);
      return info.map(({ number, state, cpuTime, cpu }, index) => ({
        number,
        state: wordOf(vcpuStates, state),
        cpuTimeNs: Number(cpuTime),
        ...(cpu >= 0 && { hostCpu: cpu }),
        affinity: maps[index] ?? [],
      }));
    });
  }

  /** Lets a virtual CPU run on some of the host's CPUs only. */
  async pinVcpu(vcpu: number, hostCpus: readonly number[], options?: AffectOptions): Promise<void> {
    const cpumap = cpuMap(hostCpus, 'pinVcpu: a CPU of the host');
    const flags = flagWord(options, affectBits);
    if (flags === 0) await this.raw.domainPinVcpu({ dom: this.reference, vcpu, cpumap }, options);
    else await this.raw.domainPinVcpuFlags({ dom: this.reference, vcpu, cpumap, flags }, options);
  }

  /** The host's CPUs that each virtual CPU may run on, by its number. */
  getVcpuPinInfo(options?: AffectOptions): Promise<number[][]> {
    const flags = flagWord(options, affectBits);
    return this.together(options, 'getVcpuPinInfo', async (step) => {
      const [maplen, { num: ncpumaps }] = await Promise.all([
        this.mapBytes(step),
        this.raw.domainGetVcpusFlags({ dom: this.reference, flags: flags | vcpusBits.maximum }, step),
      ]);
      const args = { dom: this.reference, ncpumaps, maplen, flags };
      const { cpumaps, num } = await this.raw.domainGetVcpuPinInfo(args, step);
      return readCpuMaps(cpumaps, maplen, num);
    });
  }

  /** Lets the hypervisor's own threads of it run on some of the host's CPUs only. */
  async pinEmulator(hostCpus: readonly number[], options?: AffectOptions): Promise<void> {
    const cpumap = cpuMap(hostCpus, 'pinEmulator: a CPU of the host');
    await this.raw.domainPinEmulator({ dom: this.reference, cpumap, flags: flagWord(options, affectBits) }, options);
  }

  /** The host's CPUs that the hypervisor's own threads of it may run on. */
  getEmulatorPinInfo(options?: AffectOptions): Promise<number[]> {
    const flags = flagWord(options, affectBits);
    return this.together(options, 'getEmulatorPinInfo', async (step) => {
      const args = { dom: this.reference, maplen: await this.mapBytes(step), flags };
      return readCpuMap((await this.raw.domainGetEmulatorPinInfo(args, step)).cpumaps);
    });
  }

  /** The CPU time that it used, all CPUs of the host together (`virDomainGetCPUStats` with `start_cpu` -1). */
  async getCPUStats(options?: CallOptions): Promise<DomainCpuStats> {
    return readFields<DomainCpuStats>(cpuStatsFields, (await this.cpuStats(-1, 1, options)).params);
  }

  /**
   * The CPU time that it used on each CPU of the host, by its number.
   *
   * The protocol tells of 128 CPUs at a time; larger hosts are asked several times.
   */
  getPerCPUStats(options?: CallOptions): Promise<DomainCpuStats[]> {
    return this.together(options, 'getPerCPUStats', async (step) => {
      const count = (await this.raw.domainGetCpuStats({ dom: this.reference, nparams: 0, startCpu: 0, ncpus: 0 }, step))
        .nparams;
      const cpus: DomainCpuStats[] = [];
      for (let start = 0; start < count; start += REMOTE_DOMAIN_GET_CPU_STATS_NCPUS_MAX) {
        const wanted = Math.min(count - start, REMOTE_DOMAIN_GET_CPU_STATS_NCPUS_MAX);
        const { params, nparams } = await this.cpuStats(start, wanted, step);
        if (nparams <= 0) break;
        for (let at = 0; at < params.length; at += nparams) {
          cpus.push(readFields<DomainCpuStats>(cpuStatsFields, params.slice(at, at + nparams)));
        }
      }
      return cpus;
    });
  }

  /** The virtual CPUs as the guest's system sees them, by the guest agent. */
  async getGuestVcpus(options?: CallOptions): Promise<GuestVcpus> {
    const { params } = await this.raw.domainGetGuestVcpus({ dom: this.reference }, options);
    return readFields<GuestVcpus>(guestVcpusFields, params);
  }

  /** Takes virtual CPUs online or offline in the guest's system, by the guest agent. */
  async setGuestVcpus(vcpus: readonly number[], online: boolean, options?: CallOptions): Promise<void> {
    const cpumap = cpuList(vcpus, 'setGuestVcpus: a virtual CPU');
    await this.raw.domainSetGuestVcpus({ dom: this.reference, cpumap, state: online ? 1 : 0 }, options);
  }

  /** How long a map of the host's CPUs is. */
  protected async mapBytes(step: CallOptions): Promise<number> {
    return cpuMapBytes((await this.raw.nodeGetCpuMap({ needMap: 0, needOnline: 0 }, step)).ret);
  }

  private cpuStats(
    startCpu: number,
    ncpus: number,
    options?: CallOptions,
  ): Promise<{ params: readonly TypedParam[]; nparams: number }> {
    const flags = constants.VIR_TYPED_PARAM_STRING_OKAY;
    const args = { dom: this.reference, nparams: REMOTE_NODE_CPU_STATS_MAX, startCpu, ncpus, flags };
    return this.raw.domainGetCpuStats(args, options);
  }
}
