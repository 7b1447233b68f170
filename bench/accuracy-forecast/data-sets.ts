import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** One series and what came after it. */
export interface Case {
  /** What the forecaster sees. */
  readonly training: readonly number[];
  /** What it does not. */
  readonly actual: readonly number[];
}

/** Series of one kind. */
export interface DataSet {
  /** Its name in the figures. */
  readonly name: string;
  /** Steps in a season, as the competition scores it. */
  readonly seasonLength: number;
  /** What the forecaster is told about the season. */
  readonly knownSeason: number;
  /** The series. */
  readonly cases: readonly Case[];
}

const root = resolve(import.meta.dirname, '../..', process.env['NOVACRON_DATASETS'] ?? '../shared/datasets');

const files: readonly (readonly [name: string, path: string, seasonLength: number])[] = [
  ['m4-hourly', 'm4/hourly', 24],
  ['m4-weekly', 'm4/weekly', 1],
  ['m3-monthly', 'm3/monthly', 12],
  ['m3-quarterly', 'm3/quarterly', 4],
  ['m3-yearly', 'm3/yearly', 1],
  ['m3-other', 'm3/other', 1],
  ['tourism-monthly', 'tourism/monthly', 12],
  ['tourism-quarterly', 'tourism/quarterly', 4],
];

/**
 * The sets that are there, each with every `stride`-th series.
 *
 * @param held - How many horizons of the training part to hold back and score instead of the test part: designs are
 * chosen by that. 0 scores the test part.
 */
export function dataSets(asked: readonly string[], stride: number, held: number): readonly DataSet[] {
  return allSets(asked, stride).map((set) => ({
    ...set,
    cases: held === 0 ? set.cases : set.cases.flatMap((one) => heldBack(one, held)),
  }));
}

function heldBack({ training, actual }: Case, held: number): Case[] {
  const horizon = actual.length;
  const end = training.length - held * horizon;
  return end < 8 ? [] : [{ training: training.slice(0, end), actual: training.slice(end, end + horizon) }];
}

function allSets(asked: readonly string[], stride: number): readonly DataSet[] {
  const wanted = (name: string): boolean => asked.length === 0 || asked.includes(name);
  const sets = files
    .filter(([name, path]) => wanted(name) && existsSync(join(root, `${path}-train.csv`)))
    .map(([name, path, seasonLength]): DataSet => {
      const training = rows(`${path}-train.csv`);
      const actual = new Map(rows(`${path}-test.csv`));
      const cases = training
        .filter((_, i) => i % stride === 0)
        .map(([id, values]) => ({ training: values, actual: actual.get(id) ?? [] }));
      return { name, seasonLength, knownSeason: name === 'm4-weekly' ? 52 : seasonLength, cases };
    });
  const machines = join(root, 'azure-vm/cpu_avg_5min.csv');
  if (wanted('azure-hourly') && existsSync(machines)) {
    const cases = hourly(machines)
      .filter((_, i) => i % stride === 0)
      .map((values) => ({ training: values.slice(0, -48), actual: values.slice(-48) }));
    sets.push({ name: 'azure-hourly', seasonLength: 24, knownSeason: 24, cases });
  }
  return sets;
}

function rows(path: string): [string, number[]][] {
  const lines = readFileSync(join(root, path), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [id = '', ...cells] = line.split(',');
    const values = cells.map((cell) => (cell === '' ? NaN : Number(cell)));
    while (values.length > 0 && Number.isNaN(values.at(-1))) values.pop();
    return [id, values];
  });
}

/** Averages of 12 readings of 5 minutes; a machine a row. */
function hourly(path: string): number[][] {
  const lines = readFileSync(path, 'utf8').trim().split('\n').slice(1);
  const cells = lines.map((line) => line.split(',').map((cell) => (cell === '' ? NaN : Number(cell))));
  const machines = (cells[0]?.length ?? 1) - 1;
  return Array.from({ length: machines }, (_, machine) =>
    Array.from({ length: Math.floor(cells.length / 12) }, (_, hour) => {
      const readings = cells.slice(hour * 12, hour * 12 + 12).map((row) => row[machine + 1] ?? NaN);
      const known = readings.filter(Number.isFinite);
      return known.reduce((sum, value) => sum + value, 0) / known.length;
    }),
  );
}
