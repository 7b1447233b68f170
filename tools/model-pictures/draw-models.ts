import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  additive,
  arima,
  autocorrelation,
  autoForecaster,
  bayesianStructural,
  boostedForecaster,
  card,
  ces,
  croston,
  findOutliers,
  holtWinters,
  pooledLagRegression,
  seasonalNaive,
  stl,
  structural,
  theta,
  type Forecaster,
} from '@novacron/ml';
import { trainNeuralNetwork } from '@novacron/ml/neural';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { root } from '../workspace.ts';
import { correlogram, forecastPicture, markedPicture, panels } from './pictures.ts';

const fixtures = join(root, 'packages/ml/test/fixtures');
const read = (name: string): unknown => JSON.parse(readFileSync(join(fixtures, name), 'utf8'));

/** The pictures of the models' pages, by the name of the page, as SVG. The same each time. */
export async function drawModels(): Promise<ReadonlyMap<string, string>> {
  const cpu = (read('azure-vm-hourly.json') as { readonly values: readonly number[] }).values;
  const {
    AirPassengers: passengers,
    nottem,
    Nile: nile,
  } = read('classic-series.json') as Readonly<Record<'AirPassengers' | 'nottem' | 'Nile', readonly number[]>>;
  const machine = { values: cpu, seen: cpu.length - 48, drawn: 168, unit: 'CPU, %', step: 'hour' };
  const flights = { values: passengers, seen: 120, drawn: 72, unit: 'passengers, thousands', step: 'month' };
  const castle = { values: nottem, seen: 216, drawn: 72, unit: 'temperature, °F', step: 'month' };
  const restarts = Array.from({ length: 120 }, (_, day) => ((day * 7919) % 11 === 0 ? 1 + (day % 3) : 0));
  const counts = { values: restarts, seen: 100, drawn: 100, unit: 'restarts', step: 'day' };
  const week = { seasonLength: 24 };
  const year = { seasonLength: 12 };

  const pictures: readonly (readonly [name: string, model: Forecaster, series: typeof machine])[] = [
    ['exponential-smoothing', holtWinters(year), flights],
    ['theta', theta(year), flights],
    ['automatic-forecast', autoForecaster({ ...week, horizon: 48 }), machine],
    ['arima', arima({ order: [0, 1, 1], seasonal: [0, 1, 1], ...year }), flights],
    ['card', card(week), machine],
    ['ces', ces({ ...year, season: 'full' }), castle],
    ['structural', structural(year), flights],
    ['bayesian-structural', bayesianStructural({ seasons: [year], seed: 1 }), castle],
    [
      'additive',
      additive({
        seasons: [
          { ...week, harmonics: 6 },
          { seasonLength: 168, harmonics: 6 },
        ],
      }),
      machine,
    ],
    ['gradient-boosting', boostedForecaster({ ...week, trees: 100 }), machine],
    ['simple', seasonalNaive(year), flights],
    ['intermittent', croston({ variant: 'tsb' }), counts],
    ['lag-regression', pooledLagRegression([cpu.slice(0, machine.seen)], week).forecaster(), machine],
    ['networks', await network(cpu.slice(0, machine.seen)), machine],
  ];
  const drawn = new Map<string, string>();
  for (const [name, model, series] of pictures) {
    const { values, seen } = series;
    const forecast = model.fit(values.slice(0, seen)).forecast(values.length - seen, { levels: [0.8, 0.95] });
    drawn.set(name, await svgOf(forecastPicture({ ...series, forecast })));
  }
  const { trend, season, remainder } = stl(passengers, { ...year, robust: true });
  const parts = panels(
    [
      ['passengers', passengers],
      ['trend', trend],
      ['season', season],
      ['remainder', remainder],
    ],
    'month',
  );
  drawn.set('decomposition', await svgOf(parts));
  const spoiled = nottem.map((value, i) => ({ 60: value + 25, 133: value - 20 })[i] ?? value).slice(0, 180);
  const outliers = findOutliers(spoiled, { method: 'stl', ...year });
  drawn.set('preparation', await svgOf(markedPicture(spoiled, outliers, 'temperature, °F', 'month')));
  drawn.set('statistical-tests', await svgOf(correlogram(autocorrelation(nile, 30), nile.length)));
  return drawn;
}

async function network(series: readonly number[]): Promise<Forecaster> {
  const options = { architecture: 'gru', seasonLength: 24, hidden: 16, epochs: 30, seed: 1 } as const;
  return (await trainNeuralNetwork([series], options)).forecaster();
}

async function svgOf(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}
