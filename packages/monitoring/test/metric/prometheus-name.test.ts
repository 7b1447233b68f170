import { prometheusName, vmDescriptors, type MetricDescriptor } from '@novacron/monitoring';
import { hostDescriptors } from '@novacron/monitoring/host';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

function spell(name: string, unit: string, kind: MetricDescriptor['kind'] = 'gauge'): string {
  return prometheusName({ name, unit, kind, description: '' });
}

describe('prometheusName', () => {
  it('adds the word of the unit', () => {
    expect(spell('system.memory.usage', 'By')).toBe('system_memory_usage_bytes');
    expect(spell('http.server.request.duration', 's')).toBe('http_server_request_duration_seconds');
    expect(spell('gc.pause', 'ms')).toBe('gc_pause_milliseconds');
    expect(spell('disk.size', 'GiBy')).toBe('disk_size_gibibytes');
    expect(spell('room.temperature', 'Cel')).toBe('room_temperature_celsius');
    expect(spell('fan.duty', '%')).toBe('fan_duty_percent');
  });

  it('calls a gauge of 0 to 1 a ratio, but no counter', () => {
    expect(spell('system.cpu.utilization', '1')).toBe('system_cpu_utilization_ratio');
    expect(spell('requests', '1', 'counter')).toBe('requests_total');
  });

  it('ends counters in _total, once', () => {
    expect(spell('system.cpu.time', 's', 'counter')).toBe('system_cpu_time_seconds_total');
    expect(spell('system.network.io', 'By', 'counter')).toBe('system_network_io_bytes_total');
    expect(spell('jobs_total', '{job}', 'counter')).toBe('jobs_total');
    expect(spell('jobs_total', 'By', 'counter')).toBe('jobs_bytes_total');
  });

  it('leaves out what is only said in braces', () => {
    expect(spell('system.disk.operations', '{operation}', 'counter')).toBe('system_disk_operations_total');
    expect(spell('system.cpu.logical.count', '{cpu}')).toBe('system_cpu_logical_count');
    expect(spell('queue.rate', '{job}/s')).toBe('queue_rate_per_second');
    expect(spell('vm.up', '')).toBe('vm_up');
  });

  it('spells out rates', () => {
    expect(spell('disk.throughput', 'By/s')).toBe('disk_throughput_bytes_per_second');
    expect(spell('growth', 'By/d')).toBe('growth_bytes_per_day');
  });

  it('does not say a unit twice', () => {
    expect(spell('process.memory.bytes', 'By')).toBe('process_memory_bytes');
    expect(spell('uptime_seconds', 's')).toBe('uptime_seconds');
  });

  it('writes units that it does not know as they are', () => {
    expect(spell('luck', 'furlong')).toBe('luck_furlong');
    expect(spell('luck', 'constructor')).toBe('luck_constructor');
  });

  it('replaces characters that Prometheus does not take', () => {
    expect(spell('a-b..c', '')).toBe('a_b_c');
    expect(spell('job:rate5m', '')).toBe('job:rate5m');
  });

  it('gives a name that Prometheus takes for any descriptor', () => {
    const text = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.:]{0,20}$/);
    fc.assert(
      fc.property(text, fc.string({ maxLength: 8 }), fc.constantFrom('gauge', 'counter'), (name, unit, kind) => {
        expect(spell(name, unit, kind)).toMatch(/^[A-Za-z_:][A-Za-z0-9_:]*$/);
      }),
    );
  });

  it("keeps the package's own metrics apart", () => {
    for (const descriptors of [vmDescriptors, hostDescriptors]) {
      expect(new Set(descriptors.map(prometheusName)).size).toBe(descriptors.length);
    }
  });
});
