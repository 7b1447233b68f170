/**
 * Fit and forecast of one seasonal series, ours (Holt-Winters, the same seasonal ARIMA, the same decomposition, an
 * additive curve) beside npm arima (a fixed seasonal ARIMA) and @bsull/augurs (MSTL + ETS) in the same run: CPU milliseconds a series, and the accuracy (MASE, sMAPE) of the last
 * season or two that were kept back. Seasonal naive is shown as the measure of all accuracy. Then what single tasks cost.
 *
 * Data: AirPassengers and one Azure machine from the repository; 50 Azure machines too where NOVACRON_DATASETS is.
 */
import { mase, seasonalNaive, smape } from '@novacron/ml';
import {
  additiveMethod,
  airlineMethod,
  arimaPeer,
  augursPeer,
  holtWintersMethod,
  mstlMethod,
  type Contestant,
  type Method,
} from './forecasting-peers.ts';
import { seriesSets, type SeriesSet } from './series.ts';
import { importMs, speedFigures } from './speed-figures.ts';

const leastCpuMs = 40;

/** Many series are repeats enough. */
const runsOf = (series: number): number => (series > 1 ? 1 : 5);

/** What a method did on a set: the mean cost of a series, the median accuracy. */
interface Result {
  readonly cpuMs: number;
  readonly mase: number;
  readonly smape: number;
}

const naive: Method = (values, seasonLength, horizon) =>
  seasonalNaive({ seasonLength }).fit(values).forecast(horizon).mean;
const naivePeer: Contestant = { name: 'seasonal naive (ours)', method: naive };
const arimaOfNpm = await arimaPeer();
const augurs = await augursPeer();

/** Our methods, each beside what it is to be compared with. */
const contests: readonly (readonly [figure: string, ours: Method, peers: readonly Contestant[]])[] = [
  ['holt-winters', holtWintersMethod, [naivePeer, arimaOfNpm, augurs]],
  ['sarima', airlineMethod, [arimaOfNpm]],
  ['mstl-ets', mstlMethod, [augurs]],
  [
    'additive',
    additiveMethod,
    [{ name: '@bsull/augurs Prophet', reason: 'needs a second package; measured apart: 140-170 ms' }],
  ],
];

for (const set of seriesSets()) {
  for (const [figure, method, peers] of contests) contest(figure, method, peers, set);
}
speeds();
print(
  'peak-memory',
  'MiB',
  process.resourceUsage().maxRSS / 1024,
  undefined,
  'all in one process',
  undefined,
  'not split',
);

function contest(figure: string, method: Method, peers: readonly Contestant[], set: SeriesSet): void {
  const ours = measure(method, set);
  for (const { name, method: theirs, reason } of peers) {
    let peer: Result | undefined;
    let failure = reason;
    try {
      if (theirs !== undefined) peer = measure(theirs, set);
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    if (theirs !== naive) print(`${figure}-fit-cpu`, 'cpu-ms', ours.cpuMs, peer?.cpuMs, name, set, failure);
    print(`${figure}-mase`, 'mase', ours.mase, peer?.mase, name, set, failure);
    print(`${figure}-smape`, 'ratio', ours.smape, peer?.smape, name, set, failure);
  }
}

/** What a task costs: the least of five rounds after one to warm up, since other work can only add to it. */
function speeds(): void {
  const reason = 'a figure of ours, beside what was aimed at';
  const machine = seriesSets().find(({ name }) => name === 'vm-hourly');
  for (const { figure, data, task, count } of speedFigures(machine?.series[0] ?? [])) {
    cpuMsOf(task);
    const ours = Math.min(...Array.from({ length: 5 }, () => cpuMsOf(task))) / count;
    line({ figure, ours, peer: undefined, peerName: 'none', unit: 'cpu-ms', reason, data, runs: 5 });
  }
  const ours = importMs();
  const data = 'a fresh Node, the built package';
  if (ours !== undefined)
    line({ figure: 'import-cpu', ours, peer: undefined, peerName: 'none', unit: 'cpu-ms', reason, data, runs: 7 });
}

function measure(method: Method, { series, seasonLength, horizon }: SeriesSet): Result {
  const scored = series.map((values) => {
    const training = values.slice(0, -horizon);
    const actual = values.slice(-horizon);
    const forecast = method(training, seasonLength, horizon);
    return { mase: mase(actual, forecast, { training, seasonLength }), smape: smape(actual, forecast) };
  });
  const all = (): void => {
    for (const values of series) method(values.slice(0, -horizon), seasonLength, horizon);
  };
  return {
    cpuMs: median(Array.from({ length: runsOf(series.length) }, () => cpuMsOf(all))) / series.length,
    mase: median(scored.map((score) => score.mase)),
    smape: median(scored.map((score) => score.smape)),
  };
}

/** CPU time of one call, repeated until the clock of the system can tell. */
function cpuMsOf(task: () => void): number {
  const started = process.cpuUsage();
  let calls = 0;
  let spentMs = 0;
  do {
    task();
    calls++;
    const { user, system } = process.cpuUsage(started);
    spentMs = (user + system) / 1_000;
  } while (spentMs < leastCpuMs);
  return spentMs / calls;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function print(
  what: string,
  unit: string,
  ours: number,
  peer: number | undefined,
  peerName: string,
  set: SeriesSet | undefined,
  reason: string | undefined,
): void {
  const figure = set === undefined ? `forecast-${what}` : `${what}-${set.name}`;
  const data = set?.description ?? 'the whole run';
  line({ figure, ours, peer, peerName, unit, reason, data, runs: runsOf(set?.series.length ?? 2) });
}

interface Line {
  readonly figure: string;
  readonly ours: number;
  readonly peer: number | undefined;
  readonly peerName: string;
  readonly unit: string;
  readonly reason: string | undefined;
  readonly data: string;
  readonly runs: number;
}

function line({ ours, peer, reason, data, runs, figure, peerName, unit }: Line): void {
  console.log(
    JSON.stringify({
      figure,
      ours: rounded(ours),
      peer: peer === undefined ? null : rounded(peer),
      peerName,
      unit,
      better: 'lower',
      ...(peer !== undefined && { ratio: rounded(ours / peer) }),
      ...(peer === undefined && { reason: reason ?? 'no figure' }),
      data,
      runs,
    }),
  );
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
