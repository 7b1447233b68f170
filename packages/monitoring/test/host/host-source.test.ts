import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@novacron/core/testing';
import { collect, type MetricSource } from '@novacron/monitoring';
import { hostDescriptors, hostSource } from '@novacron/monitoring/host';
import { describeMetricSource } from '@novacron/monitoring/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fixtures } from './fixture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'monitoring-proc-'));
  cpSync(fixtures, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

async function metricsOf(source: MetricSource): Promise<string[]> {
  return [...new Set((await source.collect()).samples.map(({ metric }) => metric))];
}

describeMetricSource('hostSource with fixtures', () => hostSource({ procPath: fixtures, filesystems: false }));

describe.skipIf(process.platform !== 'linux')('on this Linux host', () => {
  describeMetricSource('hostSource', () => hostSource());

  it('measures all that a host has, with values that can be', async () => {
    const source = hostSource();
    await source.collect();
    await new Promise((resolve) => setTimeout(resolve, 50)); // some ticks of the CPUs
    const { samples, errors } = await collect([source]);
    expect(errors).toEqual([]);
    const found = new Set(samples.map(({ metric }) => metric));
    const mayBeMissing = /paging|disk|network|filesystem/; // not every host has them
    for (const { name } of hostDescriptors) if (!mayBeMissing.test(name)) expect(found).toContain(name);
    for (const { metric, value } of samples) {
      expect(value).toBeGreaterThanOrEqual(0);
      if (metric.endsWith('.utilization')) expect(value).toBeLessThanOrEqual(1);
    }
    const modes = samples.filter(({ metric }) => metric === 'system.cpu.utilization');
    const sum = modes.reduce((before, { value }) => before + value, 0);
    expect(Math.abs(sum - 1)).toBeLessThanOrEqual(modes.length * 0.5e-6 + 1e-12); // each is rounded to the millionth
  });
});

describe('hostSource', () => {
  it('gives its samples the labels and the time that it is told', async () => {
    const options = { procPath: folder, filesystems: false, labels: { host: 'kvm-1' }, clock: new ManualClock(42) };
    const { samples } = await hostSource(options).collect();
    expect(samples.every(({ timeMs, labels }) => timeMs === 42 && labels['host'] === 'kvm-1')).toBe(true);
    expect(samples.find(({ metric }) => metric === 'system.disk.io')?.labels).toEqual({
      device: 'vda',
      direction: 'read',
      host: 'kvm-1',
    });
    expect((await hostSource(options).collect({ timeMs: 7 })).samples[0]?.timeMs).toBe(7);
  });

  it('has CPU utilization from the second collection on', async () => {
    const source = hostSource({ procPath: folder, filesystems: false });
    expect(await metricsOf(source)).not.toContain('system.cpu.utilization');
    expect(await metricsOf(source)).not.toContain('system.cpu.utilization'); // the same text: no time has passed
    writeFileSync(join(folder, 'stat'), 'cpu  155032 385 29092 884065 1565 0 1492 2366 0 0\ncpu0 1\n');
    const { samples } = await source.collect();
    const user = samples.find(({ metric, labels }) => metric === 'system.cpu.utilization' && labels['mode'] === 'user');
    expect(user?.value).toBeCloseTo(0.25, 12);
  });

  it('reports files that are missing or hold something else, and measures the rest', async () => {
    rmSync(join(folder, 'meminfo'));
    rmSync(join(folder, 'net'), { recursive: true });
    writeFileSync(join(folder, 'stat'), 'nothing that it knows');
    const source = hostSource({ procPath: folder, name: 'kvm-1' });
    const { samples, errors } = await collect([source]);
    expect(new Set(samples.map(({ metric }) => metric))).toContain('system.disk.io');
    expect(samples.some(({ metric }) => metric.startsWith('system.memory'))).toBe(false);
    expect(
      errors.map(({ source: name, reason, error }) => [
        name,
        reason,
        error.kind,
        String(error.details['path']).slice(folder.length + 1),
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['kvm-1', 'partial', 'unavailable', 'meminfo'],
        ['kvm-1', 'partial', 'unavailable', 'net/dev'],
        ['kvm-1', 'partial', 'unavailable', 'stat'],
      ]),
    );
    expect(errors).toHaveLength(3);
  });

  it('reports everything when there is no proc file system at all', async () => {
    const { samples, errors } = await hostSource({ procPath: join(folder, 'nowhere') }).collect();
    expect(samples).toEqual([]);
    expect(errors).toHaveLength(6);
  });

  it('reports a file system that does not answer, and measures the others', async () => {
    writeFileSync(join(folder, 'mounts'), `/dev/x /nowhere/at/all ext4 rw 0 0\n/dev/y ${folder} ext4 rw 0 0\n`);
    const { samples, errors } = await hostSource({ procPath: folder }).collect();
    expect(errors).toMatchObject([{ kind: 'unavailable', details: { path: '/nowhere/at/all' } }]);
    const used = samples.filter(({ metric }) => metric === 'system.filesystem.usage');
    expect(used.map(({ labels }) => labels['mountpoint'])).toEqual([folder, folder, folder]);
  });

  it('is content with a host without disks', async () => {
    writeFileSync(join(folder, 'diskstats'), '');
    writeFileSync(join(folder, 'mounts'), '');
    expect((await hostSource({ procPath: folder }).collect()).errors).toEqual([]);
  });

  it('stops when the signal fires', async () => {
    const source = hostSource({ procPath: folder });
    await expect(source.collect({ signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'aborted' });
  });

  it('refuses labels that do not fit, at once', () => {
    expect(() => hostSource({ procPath: folder, labels: { 'no-label': '' } })).toThrow(
      expect.objectContaining({ kind: 'invalid' }),
    );
  });

  it('says on other systems that it can not measure them', async () => {
    vi.resetModules();
    vi.doMock('node:process', () => ({ platform: 'darwin' }));
    const { hostSource: elsewhere } = await import('../../src/host/host-source.ts');
    vi.doUnmock('node:process');
    expect(() => elsewhere()).toThrow(expect.objectContaining({ code: 'NOVA_MONITORING_UNSUPPORTED' }));
    expect(() => elsewhere({ procPath: folder })).not.toThrow();
  });
});
