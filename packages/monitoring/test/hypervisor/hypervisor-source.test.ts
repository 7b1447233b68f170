import { NovaError, seriesKey, type Labels } from '@novacron/core';
import {
  collect,
  hypervisorSource,
  type MetricSource,
  type ObservedHypervisor,
  type ObservedVm,
  type ObservedVmStats,
} from '@novacron/monitoring';
import { describeMetricSource } from '@novacron/monitoring/testing';
import { describe, expect, it } from 'vitest';

/** A hypervisor of two machines whose use a test sets. */
class TestHypervisor implements ObservedHypervisor {
  readonly name = 'test';
  capabilities = { stats: true, uniqueNames: true };
  vmsListed: ObservedVm[] = [
    { id: '1', name: 'web', state: 'running' },
    { id: '2', name: 'db', state: 'stopped' },
  ];
  use: ObservedVmStats[] = [];
  listErrors: NovaError[] = [];
  statsErrors: NovaError[] = [];
  statsCalls = 0;
  readonly vms: ObservedHypervisor['vms'] = {
    list: async () => ({ items: this.vmsListed, errors: this.listErrors }),
    stats: async () => {
      this.statsCalls++;
      return { items: this.use, errors: this.statsErrors };
    },
  };

  /** Sets the CPU use of `web`. */
  cpu(timeMs: number, timeSeconds: number, vcpus = 2): this {
    this.use = [{ vmId: '1', name: 'web', timeMs, cpu: { timeSeconds, vcpus } }];
    return this;
  }
}

const full: ObservedVmStats = {
  vmId: '1',
  name: 'web',
  timeMs: 60_000,
  cpu: { timeSeconds: 12.5, vcpus: 2 },
  memory: { limitBytes: 1_000, usageBytes: 250, residentBytes: 600 },
  disks: [{ device: 'vda', readBytes: 1, writeBytes: 2, readOperations: 3, writeOperations: 4 }],
  networkInterfaces: [
    { device: 'vnet0', receiveBytes: 5, transmitBytes: 6, receivePackets: 7, transmitPackets: 8, errors: 9 },
  ],
};

async function valuesOf(source: MetricSource): Promise<Record<string, number>> {
  const { samples } = await source.collect({ timeMs: 60_000 });
  return Object.fromEntries(samples.map(({ metric, labels, value }) => [seriesKey(metric, labels), value]));
}

async function utilization(source: MetricSource): Promise<number | undefined> {
  const { samples } = await source.collect();
  return samples.find(({ metric }) => metric === 'system.cpu.utilization')?.value;
}

describeMetricSource('hypervisorSource', () => {
  const hypervisor = new TestHypervisor();
  hypervisor.use = [full];
  return hypervisorSource(hypervisor);
});

describe('hypervisorSource', () => {
  it('gives every metric of a machine, in the units of its descriptors', async () => {
    const hypervisor = new TestHypervisor();
    hypervisor.use = [full];
    const source = hypervisorSource(hypervisor, { labels: { host: 'h' } });
    expect(source.name).toBe('test');
    const web = (more = ''): string => `{${more}host="h",vm="web"}`;
    const vda = (direction: string): string => `{device="vda",direction="${direction}",host="h",vm="web"}`;
    const vnet = (direction: string): string => `{device="vnet0",direction="${direction}",host="h",vm="web"}`;
    expect(await valuesOf(source)).toEqual({
      [`vm.up${web()}`]: 1,
      'vm.up{host="h",vm="db"}': 0,
      [`system.cpu.time${web()}`]: 12.5,
      [`system.cpu.logical.count${web()}`]: 2,
      [`system.memory.usage${web()}`]: 250,
      [`system.memory.limit${web()}`]: 1_000,
      [`system.memory.utilization${web()}`]: 0.25,
      [`process.memory.usage${web()}`]: 600,
      [`system.disk.io${vda('read')}`]: 1,
      [`system.disk.io${vda('write')}`]: 2,
      [`system.disk.operations${vda('read')}`]: 3,
      [`system.disk.operations${vda('write')}`]: 4,
      [`system.network.io${vnet('receive')}`]: 5,
      [`system.network.io${vnet('transmit')}`]: 6,
      [`system.network.packets${vnet('receive')}`]: 7,
      [`system.network.packets${vnet('transmit')}`]: 8,
      [`system.network.errors${web('device="vnet0",')}`]: 9,
    });
  });

  it('leaves out what the hypervisor does not say, rather than make it 0', async () => {
    const hypervisor = new TestHypervisor();
    hypervisor.use = [{ vmId: '1', name: 'web', timeMs: 1, memory: { limitBytes: 100 } }];
    expect(await valuesOf(hypervisorSource(hypervisor))).toEqual({
      'vm.up{vm="web"}': 1,
      'vm.up{vm="db"}': 0,
      'system.memory.limit{vm="web"}': 100,
    });
  });

  it('leaves out single counters of a device that are not known', async () => {
    const hypervisor = new TestHypervisor();
    hypervisor.use = [
      {
        vmId: '1',
        name: 'web',
        timeMs: 1,
        disks: [{ device: 'vda', readBytes: 5 }],
        networkInterfaces: [{ device: 'vnet0', transmitBytes: 6, errors: undefined }],
      },
    ];
    const { samples } = await hypervisorSource(hypervisor).collect();
    expect(samples.slice(2).map(({ metric, labels, value }) => [metric, labels['direction'], value])).toEqual([
      ['system.disk.io', 'read', 5],
      ['system.network.io', 'transmit', 6],
    ]);
  });

  it('derives CPU utilization from two collections, and has none at the first', async () => {
    const hypervisor = new TestHypervisor();
    const source = hypervisorSource(hypervisor);
    expect(await utilization(hypervisorSource(hypervisor.cpu(0, 100)))).toBeUndefined();
    await source.collect();
    hypervisor.cpu(10_000, 105);
    expect(await utilization(source)).toBe(0.25); // 5 s of 10 s times 2 CPUs
    hypervisor.cpu(20_000, 105);
    expect(await utilization(source)).toBe(0);
    hypervisor.cpu(30_000, 130);
    expect(await utilization(source)).toBe(1); // noise of measurement, cut
  });

  it('has no CPU utilization after a restart, a clock that stands or goes back, or without CPUs', async () => {
    const hypervisor = new TestHypervisor().cpu(0, 100);
    const source = hypervisorSource(hypervisor);
    await source.collect();
    hypervisor.cpu(10_000, 2); // restarted
    expect(await utilization(source)).toBeUndefined();
    hypervisor.cpu(20_000, 12);
    expect(await utilization(source)).toBe(0.5);
    hypervisor.cpu(20_000, 12); // the same measurement again
    expect(await utilization(source)).toBeUndefined();
    hypervisor.cpu(30_000, 22);
    expect(await utilization(source)).toBe(0.5);
    hypervisor.cpu(5_000, 23); // set back
    expect(await utilization(source)).toBeUndefined();
    hypervisor.cpu(15_000, 33);
    expect(await utilization(source)).toBe(0.5);
    hypervisor.cpu(25_000, 34, 0);
    expect(await utilization(source)).toBeUndefined();
  });

  it('has no CPU utilization across a time when the machine was off', async () => {
    const hypervisor = new TestHypervisor().cpu(0, 100);
    const source = hypervisorSource(hypervisor);
    await source.collect();
    hypervisor.vmsListed = [{ id: '1', name: 'web', state: 'stopped' }];
    hypervisor.use = [];
    await source.collect();
    hypervisor.vmsListed = [{ id: '1', name: 'web', state: 'running' }];
    hypervisor.cpu(60_000, 101);
    expect(await utilization(source)).toBeUndefined();
  });

  it('reports a machine that vanished between listing and measuring, and delivers the others', async () => {
    const hypervisor = new TestHypervisor().cpu(0, 1);
    hypervisor.vmsListed = [
      { id: '1', name: 'web', state: 'running' },
      { id: '3', name: 'gone', state: 'running' },
    ];
    const { samples, errors } = await collect([hypervisorSource(hypervisor)]);
    expect(samples.some(({ metric, labels }) => metric === 'system.cpu.time' && labels['vm'] === 'web')).toBe(true);
    expect(errors).toMatchObject([
      { source: 'test', reason: 'partial', error: { kind: 'not-found', details: { vm: 'gone' } } },
    ]);
  });

  it("passes on the hypervisor's own errors and does not double them", async () => {
    const hypervisor = new TestHypervisor();
    const gone = new NovaError('HYPERVISOR', { kind: 'not-found', message: 'gone', details: { vm: '1' } });
    const away = new NovaError('HYPERVISOR', { kind: 'unavailable', message: 'half the hosts are away' });
    hypervisor.statsErrors = [gone];
    hypervisor.listErrors = [away];
    expect((await hypervisorSource(hypervisor).collect()).errors).toEqual([away, gone]);
  });

  it('fails as a whole when the machines can not be listed', async () => {
    const hypervisor = new TestHypervisor();
    hypervisor.vms.list = () => Promise.reject(new NovaError('HYPERVISOR', { kind: 'unavailable', message: 'away' }));
    const { samples, errors } = await collect([hypervisorSource(hypervisor)]);
    expect(samples).toEqual([]);
    expect(errors).toMatchObject([{ reason: 'failed', error: { code: 'NOVA_HYPERVISOR_UNAVAILABLE' } }]);
  });

  it('does not ask for use when nothing runs or the hypervisor can not tell', async () => {
    const idle = new TestHypervisor();
    idle.vmsListed = [{ id: '2', name: 'db', state: 'stopped' }];
    expect(Object.values(await valuesOf(hypervisorSource(idle)))).toEqual([0]);
    const blind = new TestHypervisor();
    blind.capabilities = { stats: false, uniqueNames: true };
    const { samples, errors } = await hypervisorSource(blind).collect();
    expect(samples.map(({ metric }) => metric)).toEqual(['vm.up', 'vm.up']);
    expect(errors).toEqual([]);
    expect(idle.statsCalls + blind.statsCalls).toBe(0);
  });

  it('forgets machines and devices that are gone, and labels a renamed one anew', async () => {
    const hypervisor = new TestHypervisor();
    hypervisor.use = [full];
    const source = hypervisorSource(hypervisor);
    const labelsOf = async (metric: string): Promise<Labels | undefined> => {
      const { samples } = await source.collect();
      return samples.find((sample) => sample.metric === metric)?.labels;
    };
    const before = await labelsOf('system.disk.io');
    hypervisor.use = [{ ...full, disks: [] }];
    expect(await labelsOf('system.disk.io')).toBeUndefined();
    hypervisor.use = [full];
    const after = await labelsOf('system.disk.io');
    expect(after).toEqual(before);
    expect(after).not.toBe(before);
    hypervisor.vmsListed = [{ id: '1', name: 'renamed', state: 'running' }];
    expect(await labelsOf('vm.up')).toEqual({ vm: 'renamed' });
    hypervisor.vmsListed = [];
    hypervisor.use = [];
    expect(await labelsOf('vm.up')).toBeUndefined();
  });

  it('measures a machine that appeared after the listing', async () => {
    const hypervisor = new TestHypervisor();
    hypervisor.use = [full, { vmId: '9', name: 'new', timeMs: 1, cpu: { timeSeconds: 1, vcpus: 1 } }];
    expect(await valuesOf(hypervisorSource(hypervisor))).toMatchObject({ 'system.cpu.time{vm="new"}': 1 });
  });

  it('tells machines of one name apart where names may be given twice', async () => {
    const hypervisor = new TestHypervisor();
    hypervisor.vmsListed = [
      { id: 'i-1', name: 'web', state: 'stopped' },
      { id: 'i-2', name: 'web', state: 'stopped' },
    ];
    hypervisor.capabilities = { stats: true, uniqueNames: false };
    const source = hypervisorSource(hypervisor);
    expect(Object.keys(await valuesOf(source))).toEqual(['vm.up{vm="web",vm_id="i-1"}', 'vm.up{vm="web",vm_id="i-2"}']);
    const asked = hypervisorSource(new TestHypervisor(), { idLabel: true });
    expect((await asked.collect()).samples[0]?.labels).toEqual({ vm: 'web', vm_id: '1' });
  });

  it('refuses labels that do not fit, at once', () => {
    expect(() => hypervisorSource(new TestHypervisor(), { labels: { 'no-label': 'x' } })).toThrow(
      expect.objectContaining({ kind: 'invalid' }),
    );
  });

  it('passes the signal on', async () => {
    const hypervisor = new TestHypervisor();
    let signal: AbortSignal | undefined;
    hypervisor.vms.list = (_query, options) => {
      signal = options?.signal;
      return new Promise(() => {});
    };
    await collect([hypervisorSource(hypervisor)], { sourceTimeoutMs: 5 });
    expect(signal?.aborted).toBe(true);
  });
});
