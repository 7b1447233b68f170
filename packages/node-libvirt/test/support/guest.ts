import { type Connection, type Domain, LibvirtError, type StorageVolume } from '../../src/index.ts';
import { delay } from './caught.ts';
import { labGuest } from './lab.ts';

/** What a guest of the lab is made of. */
export interface GuestParts {
  /** Boot the lab's Linux: it takes some seconds. @default false: an empty machine */
  readonly kernel?: boolean;
  /** The guest keeps a CPU busy. @default false */
  readonly busy?: boolean;
  /** @default 32, or 128 with a kernel */
  readonly memoryMiB?: number;
  /** Elements of `<devices>`. */
  readonly devices?: string;
  /** Elements of `<domain>`. */
  readonly extra?: string;
}

/** The XML of a guest. */
export function guestXml(
  name: string,
  { kernel = false, busy = false, memoryMiB, devices, extra }: GuestParts = {},
): string {
  const boot = kernel
    ? `<kernel>${labGuest}/vmlinuz</kernel><initrd>${labGuest}/initrd.gz</initrd>
       <cmdline>console=ttyS0 quiet${busy ? ' busy' : ''}</cmdline>`
    : '';
  return `<domain type='qemu'><name>${name}</name><memory unit='MiB'>${memoryMiB ?? (kernel ? 128 : 32)}</memory>
    <vcpu>1</vcpu><os><type arch='x86_64' machine='pc'>hvm</type>${boot}</os><features><acpi/></features>${extra ?? ''}
    <devices><serial type='pty'/><memballoon model='virtio'/>${kernel ? agent : ''}${devices ?? ''}</devices></domain>`;
}

const agent = `<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>`;

/** Waits until the guest agent answers. */
export async function agentOf(domain: Domain): Promise<void> {
  await eventually(() => domain.qemuAgentCommand({ execute: 'guest-ping' }), 60_000);
}

/** Tries until it works. */
export async function eventually<Value>(work: () => Promise<Value>, withinMs: number = 20_000): Promise<Value> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await delay(200);
    }
  }
}

/** Waits until a condition holds. */
export function untilTrue(condition: () => Promise<boolean>, withinMs?: number): Promise<void> {
  return eventually(async () => {
    if (!(await condition())) throw new Error('the condition did not become true in time');
  }, withinMs);
}

/** Ends a domain and removes all that is left of it, whatever state it is in. */
export async function remove(domain: Domain): Promise<void> {
  const unlessGone = (error: unknown): void => {
    if (!LibvirtError.isInstance(error) || !['not-found', 'conflict'].includes(error.kind)) throw error;
  };
  await domain.destroy().catch(unlessGone);
  await domain
    .undefine({ managedSave: true, snapshotsMetadata: true, checkpointsMetadata: true, nvram: true })
    .catch(unlessGone);
}

/** The XML of a disk of a file. */
export function diskXml(target: string, path: string, format: 'qcow2' | 'raw' = 'qcow2'): string {
  return `<disk type='file' device='disk'><driver name='qemu' type='${format}'/><source file='${path}'/>
    <target dev='${target}' bus='virtio'/></disk>`;
}

/** Makes a qcow2 image in the lab's pool, fit for checkpoints. */
export async function makeImage(connection: Connection, name: string, sizeMiB: number = 16): Promise<StorageVolume> {
  const pool = await connection.lookupStoragePoolByName('lab');
  return pool.createVolumeXML(`<volume><name>${name}</name><capacity unit='MiB'>${sizeMiB}</capacity>
    <target><format type='qcow2'/><compat>1.1</compat></target></volume>`);
}
