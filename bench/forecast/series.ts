import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Series to fit, all of one kind. */
export interface SeriesSet {
  /** Part of the figure's name. */
  readonly name: string;
  /** What it is, for the figure's `data`. */
  readonly description: string;
  /** Steps in a season. */
  readonly seasonLength: number;
  /** How many values at the end are kept back to be forecast. */
  readonly horizon: number;
  /** The series. */
  readonly series: readonly (readonly number[])[];
}

const root = join(import.meta.dirname, '../..');
const fixtures = join(root, 'packages/ml/test/fixtures');
const fixture = (name: string): unknown => JSON.parse(readFileSync(join(fixtures, name), 'utf8'));

/** The sets that come with the repository, and the Azure machines where NOVACRON_DATASETS has them. */
export function seriesSets(): readonly SeriesSet[] {
  const classic = fixture('classic-series.json') as { AirPassengers: number[] };
  const machine = fixture('azure-vm-hourly.json') as { values: number[] };
  const sets: SeriesSet[] = [
    {
      name: 'air-passengers',
      description: 'AirPassengers, 144 months, m=12',
      seasonLength: 12,
      horizon: 24,
      series: [classic.AirPassengers],
    },
    {
      name: 'vm-hourly',
      description: 'one Azure VM, 667 hours, m=24',
      seasonLength: 24,
      horizon: 48,
      series: [machine.values],
    },
  ];
  const file = join(
    resolve(root, process.env['NOVACRON_DATASETS'] ?? '../shared/datasets'),
    'azure-vm/cpu_avg_5min.csv',
  );
  if (existsSync(file)) {
    const series = hourlyMachines(file);
    const description = `${series.length} Azure VMs, 667 hours each, m=24; mean CPU time, median error`;
    sets.push({ name: 'azure-hourly', description, seasonLength: 24, horizon: 48, series });
  }
  return sets;
}

/** Averages 5-minute columns to hours; machines with missing readings are left out, which some peers can't bear. */
function hourlyMachines(file: string): number[][] {
  const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1);
  const cells = rows.map((row) => row.split(',').map((cell) => (cell === '' ? NaN : Number(cell))));
  const columns = cells[0]?.length ?? 0;
  const machines = Array.from({ length: columns - 1 }, (_, column) =>
    Array.from({ length: Math.floor(cells.length / 12) }, (_, hour) => {
      const readings = cells.slice(hour * 12, hour * 12 + 12);
      return readings.reduce((sum, row) => sum + (row[column + 1] ?? NaN), 0) / 12;
    }),
  );
  return machines.filter((values) => values.every(Number.isFinite));
}
