/**
 * Accuracy of the default forecaster beside npm arima and @bsull/augurs, one JSON line a data set and method: OWA against
 * Naive2, sMAPE, MASE, MSIS and coverage of the 95 % interval, WAPE, and CPU time. Figures of peers outside of npm, measured
 * on the same series, stand with ours (see peers.ts).
 *
 * Usage: npm run accuracy -- forecast [--stride=N] [--method=autoForecast,theta,...] [--held=N] [--table] [data set ...]
 * With --held=1 the test part is not looked at: the last horizon of the training part is forecast from what comes before it.
 * With --table they come as one Markdown table at the end, without the peers outside of npm.
 * Data sets stand in the folder that NOVACRON_DATASETS names; those that are not there are left out.
 */
import { coverage, mase, msis, owa, smape } from '@novacron/ml';
import { dataSets, type DataSet } from './data-sets.ts';
import { contenders, type Contender, type Contribution } from './contenders.ts';
import { installedPeers } from './installed-peers.ts';
import { naive2 } from './naive2.ts';
import { peersOf } from './peers.ts';
import { table, type Figures } from './table.ts';

const flag = (name: string): string | undefined =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
const stride = Math.max(1, Number(flag('stride') ?? 1));
const held = Math.max(0, Number(flag('held') ?? 0));
const all = new Map([...contenders, ...(await installedPeers())]);
const methods = (flag('method') ?? 'autoForecast,npm-arima,augurs').split(',');
const asTable = process.argv.includes('--table');
const unknown = methods.find((name) => !all.has(name));
if (unknown !== undefined) throw new RangeError(`--method names some of ${[...all.keys()].join(', ')}, not ${unknown}`);
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const sets = dataSets(asked, stride, held);

if (sets.length === 0) console.error('No data set was found; set NOVACRON_DATASETS to the folder that holds them.');
const rows: Figures[] = [];
for (const set of sets) {
  for (const method of methods) {
    const row = figures(set, method, all.get(method) as Contender);
    if (asTable) rows.push(row);
    else console.log(JSON.stringify(row));
  }
}
if (asTable) console.log(table(rows));

function figures({ name, seasonLength, knownSeason, cases }: DataSet, method: string, contend: Contender): Figures {
  const isOurs = contenders.has(method);
  const ours = { smape: 0, mase: 0 };
  const benchmark = { smape: 0, mase: 0 };
  const shares: number[] = [];
  let score = 0;
  let covered = 0;
  let errors = 0;
  let size = 0;
  let gated = 0;
  let failed = 0;
  let cpuMs = 0;
  for (const { training, actual } of cases) {
    const horizon = actual.length;
    const yardstick = naive2(training, seasonLength, horizon);
    const started = process.cpuUsage();
    let forecast: Contribution;
    try {
      forecast = contend(training, knownSeason, horizon);
    } catch (error) {
      if (isOurs) throw error;
      failed++; // a peer that gives up on a series gets Naive2 for it, without an interval
      const mean = Float64Array.from(yardstick);
      forecast = { mean, intervals: [{ level: 0.95, lower: mean, upper: mean }] };
    }
    const { user, system } = process.cpuUsage(started);
    cpuMs += (user + system) / 1_000;
    const scale = { training, seasonLength };
    const [interval] = forecast.intervals;
    if (interval === undefined) throw new RangeError('There is no interval');
    ours.smape += smape(actual, forecast.mean) / cases.length;
    ours.mase += mase(actual, forecast.mean, scale) / cases.length;
    benchmark.smape += smape(actual, yardstick) / cases.length;
    benchmark.mase += mase(actual, yardstick, scale) / cases.length;
    score += msis(actual, interval, scale) / cases.length;
    covered += coverage(actual, interval) / cases.length;
    const error = actual.reduce((sum, value, i) => sum + Math.abs(value - (forecast.mean[i] ?? NaN)), 0);
    const load = actual.reduce((sum, value) => sum + Math.abs(value), 0);
    errors += error;
    size += load;
    if (load > 0) shares.push(error / load);
    if (forecast.gated === true) gated++;
  }
  return {
    figure: `accuracy-${name}`,
    method: isOurs ? `${method} (ours)` : method,
    series: cases.length,
    owa: rounded(owa(ours, benchmark)),
    smape: rounded(ours.smape * 100),
    mase: rounded(ours.mase),
    msis: rounded(score),
    coverage95: rounded(covered),
    wape: rounded(errors / size),
    medianWape: rounded(median(shares)),
    cpuMsPerSeries: rounded(cpuMs / cases.length),
    ...(isOurs ? { gatedToSeasonalNaive: gated, peers: peersOf(name) } : { failed }),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? NaN)) / 2;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
