import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { additive, autoArima, autoEts, autoForecast, holtWinters, stl, theta } from '@novacron/ml';

/** One task of a user, and how often one call does it. */
export interface SpeedFigure {
  /** The figure's name. */
  readonly figure: string;
  /** What it runs on. */
  readonly data: string;
  /** Does it. */
  readonly task: () => void;
  /** Series, or values, in one call. */
  readonly count: number;
}

const root = join(import.meta.dirname, '../..');
const datasets = resolve(root, process.env['NOVACRON_DATASETS'] ?? '../shared/datasets');
const m4 = 'm4/hourly-train.csv';
const m3 = 'm3/monthly-train.csv';
const updates = 1_000;

/** The tasks that a speed was aimed at for; those of data sets that are not there are left out. */
export function speedFigures(machine: readonly number[]): readonly SpeedFigure[] {
  const month = Float64Array.from({ length: 700 }, (_, hour) => machine[hour % machine.length] as number);
  const data = 'one Azure VM, 700 hours, m=24';
  const daily = { seasonLength: 24 };
  const figures: SpeedFigure[] = [
    { figure: 'stl-cpu', data, count: 1, task: () => stl(month, daily) },
    { figure: 'theta-cpu', data, count: 1, task: () => theta(daily).fit(month) },
    { figure: 'dynamic-theta-cpu', data, count: 1, task: () => theta({ ...daily, kind: 'dynamic' }).fit(month) },
    { figure: 'auto-ets-cpu', data, count: 1, task: () => autoEts(daily).fit(month) },
    {
      figure: 'additive-cpu',
      data,
      count: 1,
      task: () => additive({ seasons: [{ ...daily, harmonics: 10 }] }).fit(month),
    },
    updateFigure('ets-update-cpu', holtWinters(daily).fit(month), month, data),
    updateFigure('auto-update-cpu', autoForecast(month, { ...daily, horizon: 48 }).fitted, month, data),
  ];
  if (existsSync(join(datasets, m4))) {
    const series = rows(m4, 6);
    figures.push({
      figure: 'auto-forecast-cpu',
      data: `${series.length} series of M4 Hourly, m=24, 48 ahead`,
      count: series.length,
      task: () => series.forEach((values) => autoForecast(values, { ...daily, horizon: 48 })),
    });
  }
  if (existsSync(join(datasets, m3))) {
    const series = rows(m3, 24);
    figures.push({
      figure: 'auto-arima-cpu',
      data: `${series.length} series of M3 Monthly, m=12`,
      count: series.length,
      task: () => series.forEach((values) => autoArima({ seasonLength: 12 }).fit(values)),
    });
  }
  return figures;
}

/** CPU milliseconds to load the built package into a fresh Node, the least of a few; nothing where it is not built. */
export function importMs(): number | undefined {
  const built = join(root, 'packages/ml/dist/index.js');
  if (!existsSync(built)) return undefined;
  const script = `
    const before = process.cpuUsage();
    await import(${JSON.stringify(built)});
    const { user, system } = process.cpuUsage(before);
    console.log((user + system) / 1000);`;
  const runs = Array.from({ length: 7 }, () =>
    Number(spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout),
  );
  return Math.min(...runs);
}

function updateFigure(
  figure: string,
  fitted: { update: (values: ArrayLike<number>) => void },
  values: Float64Array,
  data: string,
): SpeedFigure {
  const one = new Float64Array(1);
  const task = (): void => {
    for (let i = 0; i < updates; i++) {
      one[0] = values[i % values.length] as number;
      fitted.update(one);
    }
  };
  return { figure, data: `${data}; one value`, count: updates, task };
}

function rows(path: string, stride: number): number[][] {
  return readFileSync(join(datasets, path), 'utf8')
    .trim()
    .split('\n')
    .filter((_, i) => i % stride === 0)
    .map((line) =>
      line
        .split(',')
        .slice(1)
        .filter((cell) => cell !== '')
        .map(Number),
    );
}
