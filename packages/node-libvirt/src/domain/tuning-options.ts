import { constants } from '../protocol/constants.gen.ts';
import { type Field, type Fields, numberField, parsedField } from '../values/fields.ts';

/** How much of the host's CPUs a domain gets. Which of these there are depends on the scheduler. */
export interface SchedulerParameters {
  /** Its weight against other domains. */
  readonly cpuShares?: number | undefined;
  /** Within which time the whole domain may use up its quota. */
  readonly globalPeriodUs?: number | undefined;
  /** How much CPU time the whole domain may use in a period; below 0 without limit. */
  readonly globalQuotaUs?: number | undefined;
  readonly vcpuPeriodUs?: number | undefined;
  /** How much CPU time each virtual CPU may use in a period; below 0 without limit. */
  readonly vcpuQuotaUs?: number | undefined;
  readonly emulatorPeriodUs?: number | undefined;
  /** How much CPU time the hypervisor's own threads may use in a period; below 0 without limit. */
  readonly emulatorQuotaUs?: number | undefined;
  readonly iothreadPeriodUs?: number | undefined;
  /** How much CPU time each I/O thread may use in a period; below 0 without limit. */
  readonly iothreadQuotaUs?: number | undefined;
  /** Xen's credit scheduler. */
  readonly weight?: number | undefined;
  /** Xen's credit scheduler: most CPU in percent of one CPU. */
  readonly cap?: number | undefined;
  /** ESX: what is reserved, in MHz. */
  readonly reservation?: number | undefined;
  /** ESX: the most, in MHz. */
  readonly limit?: number | undefined;
  /** ESX. */
  readonly shares?: number | undefined;
}

/** The parameters of {@link SchedulerParameters}. */
export const schedulerFields: Fields<SchedulerParameters> = {
  cpuShares: numberField('ullong', constants.VIR_DOMAIN_SCHEDULER_CPU_SHARES),
  globalPeriodUs: numberField('ullong', constants.VIR_DOMAIN_SCHEDULER_GLOBAL_PERIOD),
  globalQuotaUs: numberField('llong', constants.VIR_DOMAIN_SCHEDULER_GLOBAL_QUOTA),
  vcpuPeriodUs: numberField('ullong', constants.VIR_DOMAIN_SCHEDULER_VCPU_PERIOD),
  vcpuQuotaUs: numberField('llong', constants.VIR_DOMAIN_SCHEDULER_VCPU_QUOTA),
  emulatorPeriodUs: numberField('ullong', constants.VIR_DOMAIN_SCHEDULER_EMULATOR_PERIOD),
  emulatorQuotaUs: numberField('llong', constants.VIR_DOMAIN_SCHEDULER_EMULATOR_QUOTA),
  iothreadPeriodUs: numberField('ullong', constants.VIR_DOMAIN_SCHEDULER_IOTHREAD_PERIOD),
  iothreadQuotaUs: numberField('llong', constants.VIR_DOMAIN_SCHEDULER_IOTHREAD_QUOTA),
  weight: numberField('uint', constants.VIR_DOMAIN_SCHEDULER_WEIGHT),
  cap: numberField('uint', constants.VIR_DOMAIN_SCHEDULER_CAP),
  reservation: numberField('llong', constants.VIR_DOMAIN_SCHEDULER_RESERVATION),
  limit: numberField('llong', constants.VIR_DOMAIN_SCHEDULER_LIMIT),
  shares: numberField('int', constants.VIR_DOMAIN_SCHEDULER_SHARES),
};

/** How much of the host's block devices a domain gets; records have a number for each device's path. */
export interface BlkioParameters {
  /** Its weight against other domains, 10 to 1000. */
  readonly weight?: number | undefined;
  readonly deviceWeight?: Readonly<Record<string, number>> | undefined;
  readonly deviceReadRequestsPerSecond?: Readonly<Record<string, number>> | undefined;
  readonly deviceWriteRequestsPerSecond?: Readonly<Record<string, number>> | undefined;
  readonly deviceReadBytesPerSecond?: Readonly<Record<string, number>> | undefined;
  readonly deviceWriteBytesPerSecond?: Readonly<Record<string, number>> | undefined;
}

/** A number for each device, which libvirt writes `/dev/sda,100,/dev/sdb,200`. */
function perDevice(name: string): Field<Readonly<Record<string, number>>> {
  return parsedField(
    name,
    (text) =>
      Object.fromEntries(Array.from(text.matchAll(/([^,]+),(\d+)/g), ([, path = '', value]) => [path, Number(value)])),
    (devices) => Object.entries(devices).flat().join(','),
  );
}

/** The parameters of {@link BlkioParameters}. */
export const blkioFields: Fields<BlkioParameters> = {
  weight: numberField('uint', constants.VIR_DOMAIN_BLKIO_WEIGHT),
  deviceWeight: perDevice(constants.VIR_DOMAIN_BLKIO_DEVICE_WEIGHT),
  deviceReadRequestsPerSecond: perDevice(constants.VIR_DOMAIN_BLKIO_DEVICE_READ_IOPS),
  deviceWriteRequestsPerSecond: perDevice(constants.VIR_DOMAIN_BLKIO_DEVICE_WRITE_IOPS),
  deviceReadBytesPerSecond: perDevice(constants.VIR_DOMAIN_BLKIO_DEVICE_READ_BPS),
  deviceWriteBytesPerSecond: perDevice(constants.VIR_DOMAIN_BLKIO_DEVICE_WRITE_BPS),
};

/** How many bytes a network interface may carry; inbound is towards the guest. */
export interface BandwidthParameters {
  readonly inboundAverageBytesPerSecond?: number | undefined;
  /** The most, for as long as the burst lasts. */
  readonly inboundPeakBytesPerSecond?: number | undefined;
  readonly inboundBurstBytes?: number | undefined;
  /** What it gets at least. */
  readonly inboundFloorBytesPerSecond?: number | undefined;
  readonly outboundAverageBytesPerSecond?: number | undefined;
  readonly outboundPeakBytesPerSecond?: number | undefined;
  readonly outboundBurstBytes?: number | undefined;
}

// libvirt counts kilobytes of 1000 for rates, of 1024 for bursts.
const rate = (name: string): Field<number> => numberField('uint', name, { unit: 1000 });
const burst = (name: string): Field<number> => numberField('uint', name, { unit: 1024 });

/** The parameters of {@link BandwidthParameters}; those of a network's port have the same names. */
export const bandwidthFields: Fields<BandwidthParameters> = {
  inboundAverageBytesPerSecond: rate(constants.VIR_DOMAIN_BANDWIDTH_IN_AVERAGE),
  inboundPeakBytesPerSecond: rate(constants.VIR_DOMAIN_BANDWIDTH_IN_PEAK),
  inboundBurstBytes: burst(constants.VIR_DOMAIN_BANDWIDTH_IN_BURST),
  inboundFloorBytesPerSecond: rate(constants.VIR_DOMAIN_BANDWIDTH_IN_FLOOR),
  outboundAverageBytesPerSecond: rate(constants.VIR_DOMAIN_BANDWIDTH_OUT_AVERAGE),
  outboundPeakBytesPerSecond: rate(constants.VIR_DOMAIN_BANDWIDTH_OUT_PEAK),
  outboundBurstBytes: burst(constants.VIR_DOMAIN_BANDWIDTH_OUT_BURST),
};

/** One I/O thread of a domain. */
export interface IOThreadInfo {
  readonly id: number;
  /** The host's CPUs that it may run on. */
  readonly affinity: readonly number[];
}

/** How an I/O thread polls, and how many threads it works with. */
export interface IOThreadParameters {
  readonly pollMaxNs?: number | undefined;
  readonly pollGrow?: number | undefined;
  readonly pollShrink?: number | undefined;
  readonly threadPoolMin?: number | undefined;
  readonly threadPoolMax?: number | undefined;
}

/** The parameters of {@link IOThreadParameters}. */
export const iothreadFields: Fields<IOThreadParameters> = {
  pollMaxNs: numberField('ullong', constants.VIR_DOMAIN_IOTHREAD_POLL_MAX_NS),
  pollGrow: numberField('uint', constants.VIR_DOMAIN_IOTHREAD_POLL_GROW),
  pollShrink: numberField('uint', constants.VIR_DOMAIN_IOTHREAD_POLL_SHRINK),
  threadPoolMin: numberField('int', constants.VIR_DOMAIN_IOTHREAD_THREAD_POOL_MIN),
  threadPoolMax: numberField('int', constants.VIR_DOMAIN_IOTHREAD_THREAD_POOL_MAX),
};
