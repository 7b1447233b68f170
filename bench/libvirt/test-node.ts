import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file that libvirt's test driver opens as a host with `count` domains `vm-0`, `vm-1`, ...; `remove` deletes it. */
export function testNode(count: number): { readonly path: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'libvirt-bench-'));
  chmodSync(directory, 0o755);
  const path = join(directory, 'node.xml');
  const domains = Array.from({ length: count }, (_, index) => {
    const uuid = `6f1d7c4e-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
    return `<domain type='test'><name>vm-${index}</name><uuid>${uuid}</uuid><memory unit='MiB'>512</memory><vcpu>2</vcpu><os><type>hvm</type></os></domain>`;
  });
  writeFileSync(path, `<node>${domains.join('\n')}</node>`);
  return { path, remove: () => rmSync(directory, { recursive: true }) };
}
