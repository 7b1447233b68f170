import type { NewDiskSpec } from '../../spec/definition/disk-spec.ts';

/** What the volume of a new disk is called. */
export function newVolumeName(
  vmName: string,
  { name }: NewDiskSpec,
  target: string,
  format: 'qcow2' | 'raw' = 'qcow2',
): string {
  return name ?? `${vmName}-${target}.${format}`;
}

/** What the volume of a machine's cloud-init image is called. */
export const seedVolumeName = (vmName: string): string => `${vmName}-cloud-init.iso`;
