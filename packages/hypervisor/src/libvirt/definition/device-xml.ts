import type { DomainXML } from 'node-libvirt/xml';
import type { OsPreset } from '../../os-presets.ts';
import type { GraphicsSpec, HostDeviceSpec } from '../../spec/definition/device-specs.ts';
import type { VmSpec } from '../../spec/definition/vm-spec.ts';
import type { DomainContext } from './domain-context.ts';

type Devices = NonNullable<DomainXML['devices']>;

/** Everything that is plugged in but disks and network interfaces. */
export function otherDevices(spec: VmSpec, { domainType, architecture }: DomainContext, preset: OsPreset): Devices {
  const { serial = true, guestAgent = true, rng = true, sound, watchdog, vsock, folders, hostDevices } = spec;
  const simulated = domainType === 'test';
  const graphics = spec.graphics ?? (preset.graphics && !simulated ? { type: 'vnc' as const } : 'none');
  const screen = graphics === 'none' ? undefined : graphics;
  const input = spec.input ?? (screen === undefined ? undefined : ['tablet' as const]);
  const tpm = spec.tpm ?? (preset.tpm && !simulated);
  return {
    ...(input === undefined ? {} : { controller: [{ type: 'usb', model: 'qemu-xhci' }] }),
    filesystem: folders?.map(({ hostPath, tag, readOnly }) => ({
      type: 'mount',
      driver: { type: 'virtiofs' },
      source: { dir: hostPath },
      target: { dir: tag },
      readonly: readOnly ? {} : undefined,
    })),
    serial: serial ? [{ type: 'pty' }] : undefined,
    console: serial ? [{ type: 'pty' }] : undefined,
    channel: guestAgent ? [{ type: 'unix', target: { type: 'virtio', name: 'org.qemu.guest_agent.0' } }] : undefined,
    input: input?.map((type) => ({ type, bus: 'usb' })),
    tpm: tpm
      ? [{ model: architecture === 'x86_64' ? 'tpm-crb' : undefined, backend: { type: 'emulator', version: '2.0' } }]
      : undefined,
    graphics: screen && [graphicsDevice(screen)],
    sound: sound && [{ model: sound }],
    video: video(spec, screen, preset),
    hostdev: hostDevices?.map(hostDevice),
    watchdog: watchdog && [{ model: 'i6300esb', action: watchdog.action ?? 'reset' }],
    memballoon: spec.memory?.balloon === false ? { model: 'none' } : { model: 'virtio', stats: { period: 1 } },
    rng: rng && !simulated ? [{ model: 'virtio', backend: { model: 'random', value: '/dev/urandom' } }] : undefined,
    panic: spec.panic ? [architecture === 'x86_64' ? { model: 'isa' } : {}] : undefined,
    vsock:
      vsock === undefined
        ? undefined
        : { model: 'virtio', cid: vsock === 'auto' ? { auto: 'yes' } : { auto: 'no', address: vsock } },
  };
}

function graphicsDevice(spec: GraphicsSpec): NonNullable<Devices['graphics']>[number] {
  const { type, listen = '127.0.0.1', port, password } = spec;
  return {
    type,
    ...(port === undefined ? { port: -1, autoport: 'yes' } : { port, autoport: 'no' }),
    passwd: password,
    listenElement: [{ type: 'address', address: listen }],
  };
}

function video(spec: VmSpec, screen: GraphicsSpec | undefined, preset: OsPreset): Devices['video'] {
  const type = spec.video ?? (screen === undefined ? undefined : screen.type === 'spice' ? 'qxl' : preset.video);
  return type === undefined ? undefined : [{ model: { type } }];
}

function hostDevice(device: HostDeviceSpec): NonNullable<Devices['hostdev']>[number] {
  switch (device.type) {
    case 'pci': {
      const [domain = '', bus = '', rest = ''] = device.address.split(':');
      const [slot = '', part = ''] = rest.split('.');
      return {
        mode: 'subsystem',
        type: 'pci',
        managed: 'yes',
        source: {
          address: { domain: `0x${domain}`, bus: `0x${bus}`, slot: `0x${slot}`, function: `0x${part}` },
        },
        rom: device.romFile === undefined ? undefined : { file: device.romFile },
      };
    }
    case 'mdev':
      return {
        mode: 'subsystem',
        type: 'mdev',
        model: 'vfio-pci',
        display: device.display ? 'on' : undefined,
        source: { address: { uuid: device.uuid } },
      };
    default:
      return {
        mode: 'subsystem',
        type: 'usb',
        managed: 'yes',
        source: { vendor: { id: `0x${device.vendorId}` }, product: { id: `0x${device.productId}` } },
      };
  }
}
