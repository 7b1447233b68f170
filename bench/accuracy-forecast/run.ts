/**
 * Accuracy of the default forecaster, or of one model, one JSON line a data set: OWA against Naive2, sMAPE, MASE, MSIS and coverage of the
 * 95 % interval, WAPE, and CPU time, beside figures of peers measured on the same series (see peers.ts).
 *
 * Usage: npm run accuracy -- forecast [--stride=N] [--method=autoForecast|autoArima|...] [--held=N] [data set ...]
 * With --held=1 the test part is not looked at: the last horizon of the training part is forecast from what comes before it.
 * Data sets stand in the folder that NOVACRON_DATASETS names; those that are not there are left out.
 */
import { coverage, mase, msis, owa, smape } from '@novacron/ml';
import { dataSets, type DataSet } from './data-sets.ts';
import { contenders } from './contenders.ts';
import { naive2 } from './naive2.ts';
import { peersOf } from './peers.ts';

const strideFlag = process.argv.find((argument) => argument.startsWith('--stride='));
const stride = Math.max(1, Number(strideFlag?.slice('--stride='.length) ?? 1));
const heldFlag = process.argv.find((argument) => argument.startsWith('--held='));
const held = Math.max(0, Number(heldFlag?.slice('--held='.length) ?? 0));
const methodFlag = process.argv.find((argument) => argument.startsWith('--method='));
const method = methodFlag?.slice('--method='.length) ?? 'autoForecast';
const contender = contenders.get(method);
if (contender === undefined) throw new RangeError(`--method is one of ${[...contenders.keys()].join(', ')}`);
const contend = contender;
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const sets = dataSets(asked, stride, held);

if (sets.length === 0) console.error('No data set was found; set NOVACRON_DATASETS to the folder that holds them.');
for (const set of sets) console.log(JSON.stringify(figures(set)));

function figures({ name, seasonLength, knownSeason, cases }: DataSet): Record<string, unknown> {
  const ours = { smape: 0, mase: 0 };
  const benchmark = { smape: 0, mase: 0 };
  const shares: number[] = [];
  let score = 0;
  let covered = 0;
  let errors = 0;
  let size = 0;
  let gated = 0;
  let cpuMs = 0;
  for (const { training, actual } of cases) {
    const horizon = actual.length;
    const started = process.cpuUsage();
    const forecast = contend(training, knownSeason, horizon);
    const { user, system } = process.cpuUsage(started);
    cpuMs += (user + system) / 1_000;
    const yardstick = naive2(training, seasonLength, horizon);
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
  shares.sort((a, b) => a - b);
  return {
    figure: `accuracy-${name}`,
    method: `${method} (ours)`,
    series: cases.length,
    owa: rounded(owa(ours, benchmark)),
    smape: rounded(ours.smape * 100),
    mase: rounded(ours.mase),
    msis: rounded(score),
    coverage95: rounded(covered),
    wape: rounded(errors / size),
    medianWape: rounded(shares[shares.length >> 1] ?? NaN),
    gatedToSeasonalNaive: gated,
    cpuMsPerSeries: rounded(cpuMs / cases.length),
    peers: peersOf(name),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
