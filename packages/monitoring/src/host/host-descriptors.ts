import type { MetricDescriptor } from '../metric/descriptor.ts';

const gauge = (name: string, unit: string, description: string): MetricDescriptor => {
  return { name, unit, kind: 'gauge', description };
};
const counter = (name: string, unit: string, description: string): MetricDescriptor => {
  return { name, unit, kind: 'counter', description };
};

/** The metrics of `hostSource`, by OpenTelemetry's semantic conventions for systems. */
export const hostDescriptors: readonly MetricDescriptor[] = Object.freeze([
  gauge('system.cpu.utilization', '1', 'Part of all CPU time since the collection before, 0 to 1, by mode'),
  counter('system.cpu.time', 's', 'CPU seconds since the boot, by mode'),
  gauge('system.cpu.logical.count', '{cpu}', 'CPUs that are online'),
  gauge('system.cpu.load_average.1m', '{thread}', 'Threads that run or wait, mean of a minute'),
  gauge('system.cpu.load_average.5m', '{thread}', 'Threads that run or wait, mean of five minutes'),
  gauge('system.cpu.load_average.15m', '{thread}', 'Threads that run or wait, mean of a quarter of an hour'),
  gauge('system.memory.limit', 'By', 'Memory'),
  gauge('system.memory.usage', 'By', 'Memory by state: used, free, buffered, cached'),
  gauge('system.memory.utilization', '1', 'Part of the memory that is used, 0 to 1'),
  gauge('system.memory.linux.available', 'By', 'Memory that programs can get without swapping'),
  gauge('system.paging.usage', 'By', 'Swap by state: used, free'),
  gauge('system.paging.utilization', '1', 'Part of the swap that is used, 0 to 1; absent without swap'),
  counter('system.disk.io', 'By', 'Bytes read and written, by device and direction'),
  counter('system.disk.operations', '{operation}', 'Reads and writes, by device and direction'),
  counter('system.network.io', 'By', 'Bytes received and sent, by device and direction'),
  counter('system.network.packets', '{packet}', 'Packets, by device and direction'),
  counter('system.network.errors', '{error}', 'Errors, by device and direction'),
  counter('system.network.dropped', '{packet}', 'Packets dropped, by device and direction'),
  gauge('system.filesystem.usage', 'By', 'Room on a file system by state: used, free, reserved'),
  gauge('system.filesystem.utilization', '1', 'Part of the room that is used, 0 to 1'),
]);
