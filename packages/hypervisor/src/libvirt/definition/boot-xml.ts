import type { DomainXML } from 'node-libvirt/xml';
import type { OsPreset } from '../../os-presets.ts';
import type { VmSpec } from '../../spec/definition/vm-spec.ts';
import type { DomainContext } from './domain-context.ts';

type Boot = Pick<DomainXML, 'os' | 'features' | 'clock' | 'on_crash'>;
type HyperV = NonNullable<NonNullable<DomainXML['features']>['hyperv']>;

const bootDevices = { disk: 'hd', cdrom: 'cdrom', network: 'network' } as const;

/** What Windows is quicker with (<https://libvirt.org/formatdomain.html#hypervisor-features>). */
const hyperV: HyperV = {
  relaxed: { state: 'on' },
  vapic: { state: 'on' },
  spinlocks: { state: 'on', retries: 8191 },
};

/** How the machine boots, what its mainboard can do, and its clock. */
export function boot(spec: VmSpec, { domainType, architecture }: DomainContext, preset: OsPreset): Boot {
  const { directBoot, bootOrder, onCrash } = spec;
  const x86 = architecture === 'x86_64' || architecture === 'i686';
  const type = spec.firmware?.type ?? (spec.firmware?.secureBoot ? 'uefi' : preset.firmware);
  const uefi = type === 'uefi';
  const secure = uefi && (spec.firmware?.secureBoot ?? (spec.firmware === undefined && preset.secureBoot));
  const machine = spec.machine ?? (x86 && domainType !== 'test' ? (uefi ? 'q35' : preset.machine) : undefined);
  return {
    os: {
      firmware: uefi ? 'efi' : undefined,
      type: { arch: architecture as NonNullable<NonNullable<DomainXML['os']>['type']['arch']>, machine, value: 'hvm' },
      firmwareElement: secure
        ? {
            feature: [
              { enabled: 'yes', name: 'enrolled-keys' },
              { enabled: 'yes', name: 'secure-boot' },
            ],
          }
        : undefined,
      loader: secure ? { secure: 'yes' } : undefined,
      kernel: directBoot?.kernel,
      initrd: directBoot?.initrd,
      cmdline: directBoot?.commandLine,
      boot: bootOrder?.map((device) => ({ dev: bootDevices[device] })),
    },
    features: x86
      ? {
          acpi: {},
          apic: {},
          hyperv: preset.hyperV ? hyperV : undefined,
          smm: secure ? { state: 'on' } : undefined,
        }
      : undefined,
    clock: preset.clock === 'localtime' ? localClock(domainType) : undefined,
    on_crash: onCrash,
  };
}

function localClock(domainType: string): DomainXML['clock'] {
  return {
    offset: 'localtime',
    timer: [
      { name: 'rtc', tickpolicy: 'catchup' },
      { name: 'pit', tickpolicy: 'delay' },
      { name: 'hpet', present: 'no' },
      ...(domainType === 'kvm' ? [{ name: 'hypervclock', present: 'yes' } as const] : []),
    ],
  };
}
