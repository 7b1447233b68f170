import { flagWord } from '../domain/flags.ts';
import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { type Words, wordOf } from '../values/words.ts';
import { NodeCalls } from './node-calls.ts';

/** Which hypervisor on the host; what is absent, libvirt chooses. */
export interface HypervisorOptions extends CallOptions {
  /** The emulator's path. */
  readonly emulator?: string | undefined;
  /** The architecture: `x86_64`. */
  readonly arch?: string | undefined;
  /** The machine type: `q35`. */
  readonly machine?: string | undefined;
  /** The type of domain: `kvm`, `qemu`. */
  readonly virtType?: string | undefined;
}

/** What is left out of a domain's capabilities (`virConnectGetDomainCapabilitiesFlags`). */
export interface DomainCapabilitiesOptions extends HypervisorOptions {
  /** Leave deprecated features out of the host's CPU model. @default false */
  readonly disableDeprecatedFeatures?: boolean | undefined;
}

/** The bits of {@link DomainCapabilitiesOptions}. */
export const domainCapabilitiesBits: Record<
  Exclude<keyof DomainCapabilitiesOptions, keyof HypervisorOptions>,
  number
> = {
  disableDeprecatedFeatures: constants.VIR_CONNECT_GET_DOMAIN_CAPABILITIES_DISABLE_DEPRECATED_FEATURES,
};

/** How CPUs are compared (`virConnectCompareCPUFlags`). */
export interface CompareCPUOptions extends CallOptions {
  /** Reject with `LIBVIRT_CPU_INCOMPATIBLE`, which tells why, when they are. @default false */
  readonly failIncompatible?: boolean | undefined;
  /** Check the XML against libvirt's schema. @default false */
  readonly validateXml?: boolean | undefined;
}

/** The bits of {@link CompareCPUOptions}. */
export const compareCpuBits: Record<Exclude<keyof CompareCPUOptions, keyof CallOptions>, number> = {
  failIncompatible: constants.VIR_CONNECT_COMPARE_CPU_FAIL_INCOMPATIBLE,
  validateXml: constants.VIR_CONNECT_COMPARE_CPU_VALIDATE_XML,
};

/** What the least of several CPUs is told as (`virConnectBaselineCPUFlags`). */
export interface BaselineCPUOptions extends CallOptions {
  /** With every feature by name. @default false */
  readonly expandFeatures?: boolean | undefined;
  /** Without features that keep a domain from migrating. @default false */
  readonly migratable?: boolean | undefined;
}

/** The bits of {@link BaselineCPUOptions}. */
export const baselineCpuBits: Record<Exclude<keyof BaselineCPUOptions, keyof CallOptions>, number> = {
  expandFeatures: constants.VIR_CONNECT_BASELINE_CPU_EXPAND_FEATURES,
  migratable: constants.VIR_CONNECT_BASELINE_CPU_MIGRATABLE,
};

/** What a host is to a CPU (`virCPUCompareResult`): it lacks something, is the same, or can more. */
export type CPUCompareResult = 'incompatible' | 'identical' | 'superset';

const compareResults: Words<CPUCompareResult> = {
  incompatible: constants.VIR_CPU_COMPARE_INCOMPATIBLE,
  identical: constants.VIR_CPU_COMPARE_IDENTICAL,
  superset: constants.VIR_CPU_COMPARE_SUPERSET,
};

/** The calls of a connection that are about models of CPUs. */
export abstract class CpuCalls extends NodeCalls {
  /** What a domain can have with this hypervisor, as XML. */
  async getDomainCapabilities(options?: DomainCapabilitiesOptions): Promise<string> {
    const args = { ...hypervisor(options), flags: flagWord(options, domainCapabilitiesBits) };
    const { emulator, ...rest } = args;
    return (await this.raw.connectGetDomainCapabilities({ ...rest, emulatorbin: emulator }, options)).capabilities;
  }

  /** The models of CPUs that libvirt knows for an architecture. */
  async getCPUModelNames(arch: string, options?: CallOptions): Promise<readonly string[]> {
    return (await this.raw.connectGetCpuModelNames({ arch, needResults: 1 }, options)).models;
  }

  /** What the host's CPU is to one given as XML. */
  async compareCPU(xml: string, options?: CompareCPUOptions): Promise<CPUCompareResult | 'unknown'> {
    const { result } = await this.raw.connectCompareCpu({ xml, flags: flagWord(options, compareCpuBits) }, options);
    return wordOf(compareResults, result);
  }

  /** What a hypervisor on the host is to a CPU given as XML. */
  async compareHypervisorCPU(
    xml: string,
    options?: CompareCPUOptions & HypervisorOptions,
  ): Promise<CPUCompareResult | 'unknown'> {
    const args = { ...hypervisor(options), xmlCPU: xml, flags: flagWord(options, compareCpuBits) };
    return wordOf(compareResults, (await this.raw.connectCompareHypervisorCpu(args, options)).result);
  }

  /** The CPU that all of the hosts' CPUs, given as XML, can be, as XML. */
  async baselineCPU(xmls: readonly string[], options?: BaselineCPUOptions): Promise<string> {
    const args = { xmlCPUs: [...xmls], flags: flagWord(options, baselineCpuBits) };
    return (await this.raw.connectBaselineCpu(args, options)).cpu;
  }

  /** The CPU that a hypervisor can give on all of the hosts whose CPUs are given as XML, as XML. */
  async baselineHypervisorCPU(
    xmls: readonly string[],
    options?: BaselineCPUOptions & HypervisorOptions,
  ): Promise<string> {
    const args = { ...hypervisor(options), xmlCPUs: [...xmls], flags: flagWord(options, baselineCpuBits) };
    return (await this.raw.connectBaselineHypervisorCpu(args, options)).cpu;
  }
}

interface HypervisorArguments {
  readonly emulator: string | undefined;
  readonly arch: string | undefined;
  readonly machine: string | undefined;
  readonly virttype: string | undefined;
}

function hypervisor(options: HypervisorOptions | undefined): HypervisorArguments {
  return {
    emulator: options?.emulator,
    arch: options?.arch,
    machine: options?.machine,
    virttype: options?.virtType,
  };
}
