import { isRecord, items, type Checks, type Unchecked } from './checks.ts';

const anything = [1, Number.MAX_SAFE_INTEGER] as const;

/** Looks at the disks of a specification. */
export function checkDisks(disks: unknown, checks: Checks): void {
  checks.records(disks, 'disks', (disk, path) => checkDisk(disk, path, checks));
  const names = items(disks).map((disk) => newVolume(disk));
  checks.unique(names, (index) => `disks[${index}].create.name`, 'the volume');
}

/** Looks at one disk. */
export function checkDisk(disk: Unchecked, path: string, checks: Checks): void {
  const { source, volume, create, device, ...rest } = disk;
  const given = [source, volume, create].filter((each) => each !== undefined).length;
  if (given === 0 && device !== 'cdrom') checks.text(source, `${path}.source`, 'must name an image or a volume');
  checks.check(given <= 1, path, 'must have one of source, volume and create, not several', 'keep one of them');
  if (source !== undefined) checks.text(source, `${path}.source`, 'must name an image or a volume');
  checkReference(volume, `${path}.volume`, checks);
  checkNewDisk(checks.record(create, `${path}.create`), `${path}.create`, checks);
  checks.choice(device, ['disk', 'cdrom'], `${path}.device`);
  checks.choice(rest['format'], ['qcow2', 'raw'], `${path}.format`);
  checks.choice(rest['bus'], ['virtio', 'scsi', 'sata', 'usb'], `${path}.bus`);
  checks.check(
    !(device === 'cdrom' && rest['bus'] === 'virtio'),
    `${path}.bus`,
    'can not be virtio for a CD-ROM',
    'use sata or scsi',
  );
  checks.flag(rest['readOnly'], `${path}.readOnly`);
  checks.choice(rest['cache'], ['none', 'writeback', 'writethrough', 'directsync', 'unsafe'], `${path}.cache`);
  checks.choice(rest['io'], ['native', 'threads', 'io_uring'], `${path}.io`);
  checks.check(
    rest['io'] !== 'native' || rest['cache'] === 'none' || rest['cache'] === 'directsync',
    `${path}.io`,
    'native needs cache none or directsync',
    "set cache to 'none'",
  );
  checks.choice(rest['discard'], ['unmap', 'ignore'], `${path}.discard`);
  checks.choice(rest['onError'], ['stop', 'report', 'ignore', 'enospace'], `${path}.onError`);
  checkLimits(checks.record(rest['limits'], `${path}.limits`), `${path}.limits`, checks);
  const { serial, encryptionSecret } = rest;
  checks.check(
    serial === undefined || (typeof serial === 'string' && /^[\w .-]{1,20}$/.test(serial)),
    `${path}.serial`,
    'must be 1 to 20 letters, digits, spaces, dots, hyphens or underscores',
  );
  if (encryptionSecret !== undefined) checkUuid(encryptionSecret, `${path}.encryptionSecret`, checks);
  checks.check(
    encryptionSecret === undefined || !(isRecord(create) && create['encryption'] !== undefined),
    `${path}.encryptionSecret`,
    'can not stand beside create.encryption, which makes a secret',
    'keep one of them',
  );
}

/** Looks at the UUID of something that exists. */
export function checkUuid(value: unknown, path: string, checks: Checks): void {
  const holds = typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
  checks.check(holds, path, 'must be a UUID: 6f0f8b4e-3f6b-4f57-9b0a-0c6f0e7a4d11');
}

/** Looks at a volume by its pool and name. */
export function checkReference(reference: unknown, path: string, checks: Checks): void {
  const record = checks.record(reference, path);
  if (record === undefined) return;
  checks.name(record['pool'], `${path}.pool`);
  checks.name(record['name'], `${path}.name`);
}

function checkNewDisk(create: Unchecked | undefined, path: string, checks: Checks): void {
  if (create === undefined) return;
  const { pool, name, sizeBytes, image, backing, upload, encryption } = create;
  checks.name(pool, `${path}.pool`);
  if (name !== undefined) checks.name(name, `${path}.name`);
  checks.whole(sizeBytes, `${path}.sizeBytes`, anything);
  checkReference(image, `${path}.image`, checks);
  checkReference(backing, `${path}.backing`, checks);
  const origins = [image, backing, upload].filter((each) => each !== undefined).length;
  checks.check(origins <= 1, path, 'must have one of image, backing and upload, not several', 'keep one of them');
  checks.check(
    sizeBytes !== undefined || image !== undefined || backing !== undefined,
    `${path}.sizeBytes`,
    'must say how large a new volume is',
    'give a size in bytes: 10 * 1024 ** 3',
  );
  checkEncryption(encryption, `${path}.encryption`, checks);
  checks.check(
    encryption === undefined || upload === undefined,
    `${path}.upload`,
    'can not stand beside encryption: bytes are written as they are',
    'make a volume of the bytes, and name it as image',
  );
}

/** Looks at how a volume is encrypted. What is wrong with the passphrase is told without it. */
export function checkEncryption(encryption: unknown, path: string, checks: Checks): void {
  const record = checks.record(encryption, path);
  if (record === undefined) return;
  const { passphrase } = record;
  const bytes = typeof passphrase === 'string' ? new TextEncoder().encode(passphrase).length : 0;
  checks.check(bytes >= 1 && bytes <= 512, `${path}.passphrase`, 'must be text of 1 to 512 bytes of UTF-8');
}

const totals = [
  ['operationsPerSecond', 'readOperationsPerSecond', 'writeOperationsPerSecond'],
  ['bytesPerSecond', 'readBytesPerSecond', 'writeBytesPerSecond'],
] as const;

function checkLimits(limits: Unchecked | undefined, path: string, checks: Checks): void {
  if (limits === undefined) return;
  for (const [total, ...parts] of totals) {
    for (const field of [total, ...parts]) checks.whole(limits[field], `${path}.${field}`, anything);
    const both = limits[total] !== undefined && parts.some((part) => limits[part] !== undefined);
    checks.check(
      !both,
      `${path}.${total}`,
      `can not stand beside ${parts.join(' or ')}`,
      'keep the total or its parts',
    );
  }
}

function newVolume(disk: unknown): string | undefined {
  const create = isRecord(disk) ? disk['create'] : undefined;
  const { pool, name } = isRecord(create) ? create : {};
  return typeof pool === 'string' && typeof name === 'string' ? `${pool}/${name}` : undefined;
}
