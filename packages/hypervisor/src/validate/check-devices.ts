import { isWhole, shown, type Checks, type Unchecked } from './checks.ts';
import { checkUuid } from './check-disks.ts';

const pciAddress = /^[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/i;

/** Looks at everything that is plugged in, but disks and network interfaces. */
export function checkDevices(spec: Unchecked, checks: Checks): void {
  const { graphics, video, sound, input, watchdog, vsock } = spec;
  if (graphics !== 'none') checkGraphics(checks.record(graphics, 'graphics'), checks);
  checks.choice(video, ['virtio', 'qxl', 'vga', 'bochs', 'cirrus', 'none'], 'video');
  checks.choice(sound, ['ich9', 'ich6', 'ac97', 'virtio'], 'sound');
  for (const [index, each] of checks.list(input, 'input').entries()) {
    checks.choice(each ?? null, ['tablet', 'mouse', 'keyboard'], `input[${index}]`);
  }
  for (const flag of ['serial', 'guestAgent', 'rng', 'tpm', 'panic']) checks.flag(spec[flag], flag);
  const { action } = checks.record(watchdog, 'watchdog') ?? {};
  checks.choice(action, ['reset', 'shutdown', 'poweroff', 'pause', 'none', 'inject-nmi'], 'watchdog.action');
  checks.check(
    vsock === undefined || vsock === 'auto' || (isWhole(vsock) && vsock >= 3 && vsock <= 4_294_967_294),
    'vsock',
    `must be 'auto' or a whole number from 3 to 4294967294, not ${shown(vsock)}`,
  );
  const tags: unknown[] = [];
  checks.records(spec['folders'], 'folders', ({ hostPath, tag, readOnly }, path) => {
    checkAbsolutePath(hostPath, `${path}.hostPath`, checks);
    const holds = typeof tag === 'string' && /^[\w.-]{1,36}$/.test(tag);
    checks.check(holds, `${path}.tag`, 'must be 1 to 36 letters, digits, dots, hyphens or underscores');
    checks.flag(readOnly, `${path}.readOnly`);
    tags.push(tag);
  });
  checks.unique(tags, (index) => `folders[${index}].tag`, 'the tag');
  checks.records(spec['hostDevices'], 'hostDevices', (device, path) => checkHostDevice(device, path, checks));
}

/** Looks at the path of something on the host. */
export function checkAbsolutePath(value: unknown, path: string, checks: Checks): void {
  checks.text(value, path, 'must be a path');
  checks.check(
    typeof value !== 'string' || value === '' || value.startsWith('/'),
    path,
    `must begin with a slash, not ${shown(value)}`,
  );
}

function checkGraphics(graphics: Unchecked | undefined, checks: Checks): void {
  if (graphics === undefined) return;
  const { type, listen, port, password } = graphics;
  checks.choice(type ?? null, ['vnc', 'spice'], 'graphics.type');
  if (listen !== undefined) checks.text(listen, 'graphics.listen', 'must be an address of the host');
  checks.whole(port, 'graphics.port', [5900, 65_535]);
  if (password === undefined) return;
  // Never shown, whatever it is.
  checks.check(typeof password === 'string' && password !== '', 'graphics.password', 'must be text that is not empty');
  checks.check(
    type !== 'vnc' || typeof password !== 'string' || password.length <= 8,
    'graphics.password',
    'has more than 8 characters, of which VNC would look at 8 only',
    'use at most 8 characters, and keep the port from strangers',
  );
}

function checkHostDevice(device: Unchecked, path: string, checks: Checks): void {
  const { type, address, uuid, vendorId, productId } = device;
  checks.choice(type ?? null, ['pci', 'mdev', 'usb'], `${path}.type`);
  if (type === 'pci') {
    const holds = typeof address === 'string' && pciAddress.test(address);
    checks.check(holds, `${path}.address`, `must look like 0000:3b:00.0, not ${shown(address)}`);
    if (device['romFile'] !== undefined) checkAbsolutePath(device['romFile'], `${path}.romFile`, checks);
  }
  if (type === 'mdev') checkUuid(uuid, `${path}.uuid`, checks);
  if (type !== 'usb') return;
  for (const [field, value] of Object.entries({ vendorId, productId })) {
    const holds = typeof value === 'string' && /^[0-9a-f]{4}$/i.test(value);
    checks.check(holds, `${path}.${field}`, `must be four hexadecimal digits, not ${shown(value)}`);
  }
}
