import type { MetricDescriptor } from '../metric/descriptor.ts';

/**
 * The metrics of {@link hypervisorSource}: OpenTelemetry's `system.*` names, told apart from a host's by the label
 * `vm`.
 */
export const vmDescriptors: readonly MetricDescriptor[] = Object.freeze([
  { name: 'vm.up', unit: '', kind: 'gauge', description: '1 while the virtual machine runs, 0 while it does not' },
  {
    name: 'system.cpu.utilization',
    unit: '1',
    kind: 'gauge',
    description: 'Part of its CPUs that the machine used since the collection before, 0 to 1',
  },
  { name: 'system.cpu.time', unit: 's', kind: 'counter', description: 'CPU seconds that the machine used' },
  { name: 'system.cpu.logical.count', unit: '{cpu}', kind: 'gauge', description: 'Virtual CPUs' },
  { name: 'system.memory.usage', unit: 'By', kind: 'gauge', description: 'Memory in use without caches' },
  { name: 'system.memory.limit', unit: 'By', kind: 'gauge', description: 'Memory that the guest can use' },
  { name: 'system.memory.utilization', unit: '1', kind: 'gauge', description: 'Part of its memory in use, 0 to 1' },
  {
    name: 'process.memory.usage',
    unit: 'By',
    kind: 'gauge',
    description: "What the machine's process holds of the host's memory",
  },
  { name: 'system.disk.io', unit: 'By', kind: 'counter', description: 'Bytes read and written' },
  { name: 'system.disk.operations', unit: '{operation}', kind: 'counter', description: 'Read and write requests' },
  { name: 'system.network.io', unit: 'By', kind: 'counter', description: 'Bytes received and sent' },
  { name: 'system.network.packets', unit: '{packet}', kind: 'counter', description: 'Packets received and sent' },
  { name: 'system.network.errors', unit: '{error}', kind: 'counter', description: 'Receive and send errors' },
] as const satisfies readonly MetricDescriptor[]);
