/**
 * From virtual machines to a report: makes machines, streams their metrics into an embedded store, raises alerts, and
 * turns what was stored into summaries, forecasts, anomalies and one HTML page.
 *
 *     npm start                                   12 simulated machines replay five recorded days
 *     npm start -- --connect qemu:///system       the same with three small guests on a real libvirt host
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { collect, fanOut, forecast, anomalies, pipeline, resample, summarise } from '@novacron/analytics';
import { renderReport } from '@novacron/analytics/report';
import { NovaError } from '@novacron/core';
import { holtWinters, robustZScore, seasonalResidual } from '@novacron/ml';
import { hypervisorSource, type AlertEvent } from '@novacron/monitoring';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import {
  absenceAlert,
  hysteresisAlert,
  metricStream,
  samples,
  thresholdAlert,
  toStore,
} from '@novacron/monitoring/stream';
import { lastValueFrom, merge, share, take, tap } from 'rxjs';
import { Progress } from './progress.ts';
import { fleetReport, textSummary } from './report.ts';
import { connect, simulate } from './scenario.ts';

const { values: options } = parseArgs({
  options: {
    connect: { type: 'string' },
    guest: { type: 'string', default: process.env['NOVACRON_LAB_GUEST'] },
    store: { type: 'string', default: '.novacron/quick-start.db' },
    report: { type: 'string', default: '.novacron/report.html' },
  },
});
const cpu = 'system.cpu.utilization';
const progress = new Progress();

try {
  mkdirSync(dirname(resolve(options.store)), { recursive: true });
  await using store = await sqliteStore({ path: options.store });
  const kept = await store.stats();
  if (kept.samples > 0) console.log(`${options.store} holds ${kept.samples} samples of ${kept.series} series already.`);

  const earlier = await store.select({ metric: 'vm.up' });
  const newestMs = earlier.reduce((newest, { timesMs }) => Math.max(newest, timesMs.at(-1) ?? 0), 0) || undefined;
  const scenario = options.connect ? await connect(options.connect, options.guest) : simulate(newestMs);
  const { clock, intervalMs, rounds, seasonLength, specs, stepMs } = scenario;
  await using hypervisor = scenario.hypervisor;
  const host = await hypervisor.host?.info();
  console.log(`Connected to ${hypervisor.name}: ${host?.hypervisor}, ${host?.cpus} CPUs.`);

  // What happens to the machines is told as it happens.
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const told = (async () => {
    for await (const event of hypervisor.events({ signal: stop.signal })) {
      if (event.type !== 'lost' && event.type !== 'changed') progress.print(`  ${event.name} ${event.type}`);
    }
  })();

  try {
    const create = specs.map((spec) => hypervisor.vms.create(spec, { start: true, clientToken: spec.name }));
    const machines = await Promise.all(create);
    const startMs = clock.now();

    // One stream of measurements feeds the store and the alerts.
    const metrics = metricStream([hypervisorSource(hypervisor, { clock })], { intervalMs, clock }).pipe(
      take(rounds),
      share(),
    );
    let stored = 0;
    const storing = metrics.pipe(
      toStore(store),
      tap(({ appended }) => (stored += appended)),
    );
    const alerts: AlertEvent[] = [];
    const rules = [
      thresholdAlert({ name: 'CPU busy', metric: cpu, above: 0.6, forMs: 2 * intervalMs, severity: 'critical' }),
      hysteresisAlert({ name: 'CPU elevated', metric: cpu, raise: 0.4, clear: 0.25, forMs: 4 * intervalMs }),
      absenceAlert({ name: 'No CPU metrics', metric: cpu, forMs: 4 * intervalMs }),
    ];
    const alerting = merge(...rules.map((rule) => metrics.pipe(samples(), rule))).pipe(
      tap((alert) => {
        alerts.push(alert);
        if (alert.state === 'firing' || alert.state === 'resolved') {
          const at = new Date(alert.timeMs).toISOString().slice(0, 19).replace('T', ' ');
          progress.print(`  ${at}  ${alert.state.padEnd(8)} ${alert.name}: ${alert.labels['vm']}`);
        }
      }),
    );
    const watching = metrics.pipe(
      tap(async ({ tick }) => {
        progress.update(
          tick / rounds,
          `${machines.length} machines, ${stored} samples stored, ${alerts.length} alert events`,
        );
        // In the middle a machine fails, and comes back: that is what the absence alert is for.
        const victim = machines.at(-1)?.id ?? '';
        if (tick === Math.round(rounds * 0.5)) await hypervisor.vms.stop(victim, { force: true });
        if (tick === Math.round(rounds * 0.7)) await hypervisor.vms.start(victim);
      }),
    );
    stop.signal.throwIfAborted();
    await lastValueFrom(merge(storing, alerting, watching), { defaultValue: undefined });
    progress.end();

    // What was stored is analysed in steps whose types fit together.
    const season = rounds * intervalMs >= 3 * seasonLength * stepMs && stepMs > intervalMs;
    const analysis = pipeline(
      'fleet',
      collect(store, () => ({ metric: cpu, fromMs: startMs })),
    )
      .pipe(resample({ stepMs }))
      .pipe(
        fanOut({
          summaries: summarise(),
          forecasts: forecast({
            forecaster: holtWinters({ seasonLength }),
            horizon: seasonLength,
            levels: [0.95],
            minimum: 0,
            maximum: 1,
          }),
          anomalies: anomalies({ detector: season ? seasonalResidual({ seasonLength }) : robustZScore() }),
        }),
      );
    const { value: fleet, durationMs } = await analysis.run();
    console.log(textSummary(fleet, alerts, stored, durationMs));

    const html = await renderReport(fleetReport(hypervisor.name, fleet, alerts, stored));
    writeFileSync(options.report, html);
    console.log(`\nThe report: ${resolve(options.report)}`);
  } finally {
    progress.end();
    // Only what was made here is taken away again.
    await Promise.allSettled(specs.map(({ name }) => hypervisor.vms.delete(name, { force: true })));
    stop.abort();
    await told;
  }
} catch (error) {
  if (!NovaError.isInstance(error)) throw error;
  const help = options.connect !== undefined && error.kind === 'unavailable';
  console.error(
    `${error.message}${help ? '\nIs libvirt installed and running? On Debian: apt install libvirt-daemon-system' : ''}`,
  );
  process.exitCode = 1;
}
