import { setTimeout as sleep } from 'node:timers/promises';
import type { Sample, Series } from '@novacron/core';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { collect, hypervisorSource, type MetricSource } from '@novacron/monitoring';
import { hostSource } from '@novacron/monitoring/host';

/**
 * Measures this host once a second, and the virtual machines of the daemon in NOVACRON_LAB when that is set. Series that
 * were not there all the time are left out.
 */
export async function record(seconds: number): Promise<Series[]> {
  const uri = process.env['NOVACRON_LAB'];
  const host = hostSource({ labels: { host: 'kvm-1' } });
  if (uri === undefined) return recordFrom([host], seconds);
  const hypervisor = await connectLibvirt(uri);
  try {
    return await recordFrom([host, hypervisorSource(hypervisor)], seconds);
  } finally {
    await hypervisor[Symbol.asyncDispose]();
  }
}

async function recordFrom(sources: readonly MetricSource[], seconds: number): Promise<Series[]> {
  const bySeries = new Map<string, Sample[]>();
  await collect(sources); // what is derived from two rounds has none in the first
  for (let round = 0; round < seconds; round++) {
    await sleep(1_000 - (Date.now() % 1_000));
    for (const sample of (await collect(sources)).samples) {
      const key = JSON.stringify([sample.metric, sample.labels]);
      const samples = bySeries.get(key);
      if (samples === undefined) bySeries.set(key, [sample]);
      else samples.push(sample);
    }
  }
  return [...bySeries.values()].filter(({ length }) => length === seconds).map(toSeries);
}

function toSeries(samples: readonly Sample[]): Series {
  const { metric, labels } = samples[0] as Sample;
  return {
    metric,
    labels,
    timesMs: Float64Array.from(samples, ({ timeMs }) => timeMs),
    values: Float64Array.from(samples, ({ value }) => value),
  };
}
