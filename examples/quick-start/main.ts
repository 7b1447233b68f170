/**
 * From virtual machines to a report: makes machines, streams their metrics into a store, raises alerts, and turns what
 * was stored into summaries, forecasts, anomalies and one HTML page. `npm start` replays five recorded days on 12
 * simulated machines; `npm start -- --connect qemu:///system` does the same with three guests on a real host.
 */
import { writeFileSync } from 'node:fs';
import { anomalies, collect, fanOut, forecast, pipeline, resample, summarise } from '@novacron/analytics';
import { renderReport } from '@novacron/analytics/report';
import { NovaError } from '@novacron/core';
import type { Hypervisor, Vm } from '@novacron/hypervisor';
import { holtWinters, robustZScore, seasonalResidual } from '@novacron/ml';
import { hypervisorSource, type AlertEvent, type MetricStore, type SeriesSelector } from '@novacron/monitoring';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import { absenceAlert, hysteresisAlert, thresholdAlert } from '@novacron/monitoring/stream';
import { metricStream, samples, toStore, type StoreReport } from '@novacron/monitoring/stream';
import { concatMap, fromEvent, lastValueFrom, merge, share, take, takeUntil, tap } from 'rxjs';
import { readOptions } from './options.ts';
import { Progress } from './progress.ts';
import { alertLine, fleetReport, textSummary, type Fleet } from './report.ts';
import { connect, scenarioOutage, simulate, type Scenario } from './scenario.ts';

const options = readOptions();
const progress = new Progress();
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());

/** The CPU of the scenario's own machines: others on the host are left alone. */
function cpuOf({ specs }: Scenario): SeriesSelector {
  const names = specs.map(({ name }) => name);
  return { metric: 'system.cpu.utilization', labels: { vm: { op: 'in', values: names } } };
}

async function run(store: MetricStore): Promise<void> {
  const kept = await store.select({ metric: 'vm.up' });
  const newestMs = Math.max(0, ...kept.map(({ timesMs }) => timesMs.at(-1) ?? 0));
  if (newestMs > 0) console.log(`${options.store} keeps ${(await store.stats()).samples} samples of earlier runs.`);

  const scenario = options.connect ? await connect(options.connect, options.guest) : simulate(newestMs);
  const { hypervisor, specs } = scenario;
  const telling = tellEvents(hypervisor);
  let made: PromiseSettledResult<Vm>[] = [];
  try {
    const create = specs.map((spec) => hypervisor.vms.create(spec, { start: true, signal: stop.signal }));
    made = await Promise.allSettled(create);
    await Promise.all(create); // all or none
    const startMs = scenario.clock.now();
    const alerts: AlertEvent[] = [];
    const stored = await watch(scenario, store, alerts);
    const fleet = await analyse(scenario, store, startMs);
    console.log(textSummary(fleet, alerts, stored));
    writeFileSync(options.report, await renderReport(fleetReport(scenario, fleet, alerts, stored)));
  } finally {
    // Only what was made here is taken away again.
    const ids = made.flatMap((result) => (result.status === 'fulfilled' ? [result.value.id] : []));
    await Promise.allSettled(ids.map((id) => hypervisor.vms.delete(id, { force: true })));
    await hypervisor.close();
    await telling;
  }
}

/** Tells what happens to the machines as it happens. */
async function tellEvents(hypervisor: Hypervisor): Promise<void> {
  try {
    for await (const event of hypervisor.events()) {
      if (event.type !== 'lost' && event.type !== 'changed') progress.print(`  ${event.name} ${event.type}`);
    }
  } catch (error) {
    progress.print(`  No more events: ${String(error)}`);
  }
}

/** One stream of measurements feeds the store, the alerts and the progress line. */
async function watch(scenario: Scenario, store: MetricStore, alerts: AlertEvent[]): Promise<number> {
  const { hypervisor, clock, intervalMs, rounds, specs } = scenario;
  const cpu = cpuOf(scenario);
  stop.signal.throwIfAborted();
  const metrics = metricStream([hypervisorSource(hypervisor, { clock })], { intervalMs, clock }).pipe(
    take(rounds),
    takeUntil(fromEvent(stop.signal, 'abort')),
    share(),
  );
  let stored = 0;
  const problems = new Set<string>();
  const counted = tap<StoreReport>(({ appended }) => (stored += appended));
  const storing = metrics.pipe(toStore(store), counted);

  const rules = [
    thresholdAlert({ ...cpu, name: 'CPU busy', above: 0.5, forMs: 2 * intervalMs, severity: 'critical' }),
    hysteresisAlert({ ...cpu, name: 'CPU elevated', raise: 0.35, clear: 0.25, forMs: 4 * intervalMs }),
    absenceAlert({ ...cpu, name: 'No CPU metrics', forMs: 4 * intervalMs }),
  ];
  const alerting = merge(...rules.map((rule) => metrics.pipe(samples(), rule))).pipe(
    tap((alert) => {
      alerts.push(alert);
      if (alert.state === 'firing' || alert.state === 'resolved') progress.print(alertLine(alert));
    }),
  );

  const outage = scenarioOutage(scenario);
  const incidents = metrics.pipe(
    tap(({ tick, errors }) => {
      for (const { source, error } of errors) problems.add(`  ${source}: ${error.message}`);
      progress.update(tick / rounds, `${specs.length} machines, ${stored} samples stored`);
    }),
    // On the way one machine fails for a while: the absence alert is there to notice.
    concatMap(({ tick }) => outage(tick / rounds)),
  );
  await lastValueFrom(merge(storing, alerting, incidents), { defaultValue: undefined });
  progress.end();
  for (const problem of problems) console.error(problem);
  stop.signal.throwIfAborted();
  return stored;
}

/** What was stored is analysed in steps whose types fit together. */
async function analyse(scenario: Scenario, store: MetricStore, fromMs: number): Promise<Fleet> {
  const { stepMs, intervalMs, seasonLength } = scenario;
  const forecaster = holtWinters({ seasonLength, damped: true });
  const detector = stepMs > intervalMs ? seasonalResidual({ seasonLength, threshold: 6 }) : robustZScore();
  const stored = collect(store, () => ({ ...cpuOf(scenario), fromMs }));
  const fleet = pipeline('fleet', stored)
    .pipe(resample({ stepMs }))
    .pipe(
      fanOut({
        summaries: summarise(),
        forecasts: forecast({ forecaster, horizon: seasonLength, levels: [0.95], minimum: 0, maximum: 1 }),
        anomalies: anomalies({ detector }),
      }),
    );
  return (await fleet.run(undefined, { signal: stop.signal })).value;
}

let store: MetricStore | undefined;
try {
  store = await sqliteStore({ path: options.store });
  await run(store);
  console.log(`\nThe report: ${options.report}`);
} catch (error) {
  progress.end();
  if (!NovaError.isInstance(error) && !stop.signal.aborted) throw error;
  console.error(stop.signal.aborted ? 'Stopped.' : (error as Error).message);
  process.exitCode = 1;
} finally {
  await store?.close();
}
