const gibibyte = 1024 ** 3;

/** What an operating system wants of a machine, where its specification does not say. */
export interface OsPreset {
  /** The kind of system. */
  readonly family: 'linux' | 'windows' | 'bsd' | 'other';
  /** Its name without a version: `debian`. */
  readonly name: string;
  /** Its version, when one was named. */
  readonly version?: string | undefined;
  /** The controller of disks that it has a driver for from the start. */
  readonly diskBus: 'virtio' | 'sata';
  /** The network card that it has a driver for from the start. */
  readonly networkModel: 'virtio' | 'e1000e' | 'e1000';
  /** The card of a screen. */
  readonly video: 'virtio' | 'vga';
  /** How it boots best. */
  readonly firmware: 'bios' | 'uefi';
  /** It wants to be booted securely. */
  readonly secureBoot: boolean;
  /** It wants a TPM. */
  readonly tpm: boolean;
  /** The kind of mainboard on x86. */
  readonly machine: 'q35' | undefined;
  /** What its hardware clock shows. */
  readonly clock: 'utc' | 'localtime';
  /** It is quicker with Hyper-V's interfaces. */
  readonly hyperV: boolean;
  /** It is installed and used on a screen. */
  readonly graphics: boolean;
  /** The least memory that it runs in, in bytes. */
  readonly minimumMemoryBytes: number;
}

const linux: OsPreset = {
  family: 'linux',
  name: 'linux',
  diskBus: 'virtio',
  networkModel: 'virtio',
  video: 'virtio',
  firmware: 'bios',
  secureBoot: false,
  tpm: false,
  machine: undefined,
  clock: 'utc',
  hyperV: false,
  graphics: false,
  minimumMemoryBytes: 1024 ** 2,
};

/** Drivers for virtio come on a disk of their own, so the first start is without. */
const windows: OsPreset = {
  ...linux,
  family: 'windows',
  name: 'windows',
  diskBus: 'sata',
  networkModel: 'e1000e',
  video: 'vga',
  machine: 'q35',
  clock: 'localtime',
  hyperV: true,
  graphics: true,
  minimumMemoryBytes: 2 * gibibyte,
};

const distribution = (minimumGibibytes: number): OsPreset => ({
  ...linux,
  machine: 'q35',
  minimumMemoryBytes: minimumGibibytes * gibibyte,
});

const bsd = (networkModel: OsPreset['networkModel']): OsPreset => ({
  ...linux,
  family: 'bsd',
  networkModel,
  video: 'vga',
  minimumMemoryBytes: gibibyte / 8,
});

const presets: Readonly<Record<string, OsPreset>> = {
  linux,
  debian: distribution(0.25),
  ubuntu: distribution(0.5),
  fedora: distribution(1),
  rhel: distribution(1.5),
  'centos-stream': distribution(1.5),
  rocky: distribution(1.5),
  almalinux: distribution(1.5),
  opensuse: distribution(1),
  sles: distribution(1),
  arch: distribution(0.5),
  alpine: distribution(0.125),
  gentoo: distribution(0.25),
  nixos: distribution(1),
  windows,
  'windows-server': windows,
  freebsd: bsd('virtio'),
  openbsd: bsd('virtio'),
  netbsd: bsd('virtio'),
  other: { ...linux, family: 'other', diskBus: 'sata', networkModel: 'e1000', video: 'vga', graphics: true },
};

/** Windows 11 and servers from 2022 on are made for UEFI; 11 does not install without secure boot and a TPM. */
function byVersion(preset: OsPreset, version: string): OsPreset {
  if (preset.family !== 'windows') return preset;
  const modern = preset.name === 'windows' ? Number(version) >= 11 && Number(version) < 1000 : Number(version) >= 2022;
  if (!modern) return preset;
  const eleven = preset.name === 'windows';
  return {
    ...preset,
    firmware: 'uefi',
    secureBoot: eleven,
    tpm: eleven,
    minimumMemoryBytes: (eleven ? 4 : 2) * gibibyte,
  };
}

/** The names that {@link osPreset} knows. */
export const osNames: readonly string[] = Object.keys(presets);

/**
 * What an operating system wants of a machine.
 *
 * Names have a version or none: `debian12`, `ubuntu24.04`, `windows11`, `windows-server2022`, `freebsd14`; without a name
 * it is `linux`.
 *
 * @returns nothing when the name is not known.
 *
 * @example
 * ```ts
 * import { osPreset } from '@novacron/hypervisor';
 *
 * osPreset('windows11')?.firmware // => 'uefi'
 * osPreset('debian12')?.diskBus // => 'virtio'
 * osPreset('templeos') // => undefined
 * ```
 */
export function osPreset(): OsPreset;
/** The same of a system that is named; nothing when its name is not known. */
export function osPreset(os: string | undefined): OsPreset | undefined;
/** The same. */
export function osPreset(os: string = 'linux'): OsPreset | undefined {
  const [, name = '', version = ''] = /^([a-z-]*[a-z])-?([\d.]*)$/.exec(os) ?? [];
  const found = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (found === undefined) return undefined;
  const preset = byVersion({ ...found, name }, version);
  return version === '' ? preset : { ...preset, version };
}
