import { constants } from '../protocol/constants.gen.ts';
import {
  REMOTE_DOMAIN_MEMORY_PARAMETERS_MAX,
  REMOTE_DOMAIN_MEMORY_STATS_MAX,
  REMOTE_DOMAIN_NUMA_PARAMETERS_MAX,
} from '../protocol/remote-constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { readFields, type WithParameters, writeFields } from '../values/fields.ts';
import { inUnits, kibibyteBytes } from '../values/units.ts';
import { numberOf } from '../values/words.ts';
import { DomainCpu } from './domain-cpu.ts';
import { flagWord } from './flags.ts';
import {
  type DirtyRateMode,
  dirtyRateModes,
  memoryFields,
  type MemoryKind,
  memoryKinds,
  type MemoryParameters,
  type MemoryStats,
  memoryStatTags,
  numaFields,
  type NumaParameters,
  setMemoryBits,
  type SetMemoryOptions,
} from './memory-options.ts';
import { affectBits, type AffectOptions } from './options.ts';

/** What is about a domain's memory. */
export abstract class DomainMemory extends DomainCpu {
  /** The memory it may have at most. */
  async getMaxMemory(options?: CallOptions): Promise<number> {
    return (await this.raw.domainGetMaxMemory({ dom: this.reference }, options)).memory * kibibyteBytes;
  }

  /** Sets the memory it may have at most, rounded up to KiB. */
  setMaxMemory(memoryBytes: number, options?: AffectOptions): Promise<void> {
    return this.setMemory(memoryBytes, { ...options, maximum: true });
  }

  /** Sets the memory it has, rounded up to KiB; a guest gives memory back only with a balloon driver. */
  async setMemory(memoryBytes: number, options?: SetMemoryOptions): Promise<void> {
    const memory = inUnits(memoryBytes, kibibyteBytes, 'setMemory: the memory');
    const flags = flagWord(options, setMemoryBits);
    await this.raw.domainSetMemoryFlags({ dom: this.reference, memory, flags }, options);
  }

  /** Sets how often the guest's balloon driver tells its values; 0 for never. */
  setMemoryStatsPeriod(periodSeconds: number, options?: AffectOptions): Promise<void> {
    const flags = flagWord(options, affectBits);
    return this.raw.domainSetMemoryStatsPeriod({ dom: this.reference, period: periodSeconds, flags }, options);
  }

  /** What it does with its memory. */
  async memoryStats(options?: CallOptions): Promise<MemoryStats> {
    const args = { dom: this.reference, maxStats: REMOTE_DOMAIN_MEMORY_STATS_MAX };
    const { stats } = await this.raw.domainMemoryStats(args, options);
    const known: Record<string, number> = {};
    const unknown: Record<number, bigint> = {};
    for (const { tag, val } of stats) {
      const entry = memoryStatTags[tag];
      if (entry === undefined) unknown[tag] = val;
      // 0 is libvirt's way to say never.
      else if (entry[0] !== 'lastUpdateMs' || val !== 0n) known[entry[0]] = Number(val) * entry[1];
    }
    return { ...known, unknown };
  }

  /** How much memory of the host it may take. */
  async getMemoryParameters(options?: AffectOptions): Promise<MemoryParameters & WithParameters> {
    const args = {
      dom: this.reference,
      nparams: REMOTE_DOMAIN_MEMORY_PARAMETERS_MAX,
      flags: flagWord(options, affectBits) | constants.VIR_TYPED_PARAM_STRING_OKAY,
    };
    return readFields<MemoryParameters>(memoryFields, (await this.raw.domainGetMemoryParameters(args, options)).params);
  }

  /** Sets how much memory of the host it may take; what is absent stays. */
  async setMemoryParameters(parameters: MemoryParameters, options?: AffectOptions): Promise<void> {
    const params = writeFields(memoryFields, parameters);
    const flags = flagWord(options, affectBits);
    await this.raw.domainSetMemoryParameters({ dom: this.reference, params, flags }, options);
  }

  /** Which NUMA nodes of the host its memory comes from. */
  async getNumaParameters(options?: AffectOptions): Promise<NumaParameters & WithParameters> {
    const args = {
      dom: this.reference,
      nparams: REMOTE_DOMAIN_NUMA_PARAMETERS_MAX,
      flags: flagWord(options, affectBits) | constants.VIR_TYPED_PARAM_STRING_OKAY,
    };
    return readFields<NumaParameters>(numaFields, (await this.raw.domainGetNumaParameters(args, options)).params);
  }

  /** Sets which NUMA nodes of the host its memory comes from; what is absent stays. */
  async setNumaParameters(parameters: NumaParameters, options?: AffectOptions): Promise<void> {
    const params = writeFields(numaFields, parameters);
    const flags = flagWord(options, affectBits);
    await this.raw.domainSetNumaParameters({ dom: this.reference, params, flags }, options);
  }

  /**
   * What stands in its memory.
   *
   * @param offset - Where to begin.
   * @param sizeBytes - How much: the protocol allows 4 MiB at a time.
   * @param options - `kind` tells whether addresses are the guest's virtual ones or physical; `virtual` by default.
   */
  async memoryPeek(
    offset: number,
    sizeBytes: number,
    options?: CallOptions & { readonly kind?: MemoryKind | undefined },
  ): Promise<Uint8Array> {
    const flags = numberOf(memoryKinds, options?.kind ?? 'virtual', 'memoryPeek: the kind');
    return (await this.raw.domainMemoryPeek({ dom: this.reference, offset, size: sizeBytes, flags }, options)).buffer;
  }

  /**
   * Counts for some seconds how much memory the guest writes to; the statistics of the group `dirtyrate` tell then.
   *
   * @param seconds - How long, 1 to 60.
   */
  async startDirtyRateCalc(
    seconds: number,
    options?: CallOptions & { readonly mode?: DirtyRateMode | undefined },
  ): Promise<void> {
    const flags = numberOf(dirtyRateModes, options?.mode ?? 'page-sampling', 'startDirtyRateCalc: the mode');
    await this.raw.domainStartDirtyRateCalc({ dom: this.reference, seconds, flags }, options);
  }
}
