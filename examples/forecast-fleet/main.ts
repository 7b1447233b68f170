/**
 * Forecasts the CPU of a fleet for a day, in all cores, with a progress bar, and draws the machine that will be busiest.
 *
 *     npm start -w examples/forecast-fleet -- --machines 200
 */
import { parseArgs } from 'node:util';
import { seededRandom } from '@novacron/core';
import { autoForecastMany, MlError } from '@novacron/ml';
import { bar, chart } from './chart.ts';

const { values: options } = parseArgs({ options: { machines: { type: 'string', default: '200' } } });
const machines = Number(options.machines);
if (!Number.isInteger(machines) || machines < 1 || machines > 100_000) {
  console.error('--machines must be a whole number from 1 to 100,000');
  process.exit(2);
}

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

/** Two weeks of a machine, a value an hour: a day and a weekend of its own, and noise. */
function history(machine: number): Float64Array {
  const random = seededRandom(machine + 1);
  const base = 0.1 + 0.4 * random();
  const swing = 0.3 * random();
  const late = Math.floor(24 * random());
  return Float64Array.from({ length: 336 }, (_, hour) => {
    const weekend = Math.floor(hour / 24) % 7 >= 5 ? 0.5 : 1;
    const day = Math.max(0, Math.sin(((hour - late) * Math.PI) / 12));
    return Math.min(1, base + weekend * swing * day + 0.05 * random());
  });
}

const series = Array.from({ length: machines }, (_, machine) => history(machine));
const live = process.stderr.isTTY;
try {
  const outcomes = await autoForecastMany(series, {
    horizon: 24,
    levels: [0.95],
    ratio: true,
    signal: stop.signal,
    onProgress: ({ done, total }) => {
      if (live) process.stderr.write(`\r${bar(done, total)}`);
    },
  });
  if (live) process.stderr.write('\n');
  const peaks = outcomes.map(({ forecast }) => Math.max(...(forecast?.intervals[0]?.upper ?? [])));
  const busiest = peaks.indexOf(Math.max(...peaks));
  const forecast = outcomes[busiest]?.forecast;
  const past = series[busiest] ?? new Float64Array();
  console.log(
    `${outcomes.filter((outcome) => outcome.forecast !== undefined).length} of ${machines} machines forecast`,
  );
  if (forecast !== undefined) {
    console.log(`\nmachine ${busiest}: two days, and the next as it is expected (to the right of the line)\n`);
    const before = chart(past.slice(-48), 8, 1);
    const after = chart(forecast.mean, 8, 1);
    for (const [row, line] of before.entries()) console.log(`${line.padEnd(48)}|${after[row] ?? ''}`);
    console.log(`\n${forecast.explanation}`);
  }
} catch (error) {
  if (!MlError.isInstance(error)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
