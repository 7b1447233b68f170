import { fourierColumns, fourierNames, type FourierTerm } from '../arima/fourier-columns.ts';

/** Days, or other steps, on which something out of the ordinary moves the values by the same amount. */
export interface AdditiveEvent {
  /** Its name; also that of its effect. */
  readonly name: string;
  /** The steps that it falls on, 0 being that of the first value; those to come, beyond the series, included. */
  readonly steps: readonly number[];
}

/** What the columns of an additive model are. */
export interface AdditiveShape {
  /** Steps of the training series: its trend is a line over them in units of this length. */
  readonly length: number;
  /** The steps at which the slope may change. */
  readonly changepoints: readonly number[];
  /** Waves. */
  readonly seasons: readonly FourierTerm[];
  /** Events. */
  readonly events: readonly AdditiveEvent[];
}

/** How much an additive model may consist of. */
export const additiveLimits = { seasons: 10, harmonics: 50, changepoints: 200, events: 1_000 } as const;

/** The columns from a step on: level, slope, the bend of each changepoint, waves, events. */
export function additiveColumns(shape: AdditiveShape, length: number, from: number): Float64Array[] {
  const { changepoints, seasons, events } = shape;
  const column = (at: (step: number) => number): Float64Array => {
    const values = new Float64Array(length);
    for (let i = 0; i < length; i++) values[i] = at(from + i);
    return values;
  };
  return [
    column(() => 1),
    column((step) => step / shape.length),
    ...changepoints.map((changepoint) => column((step) => Math.max(0, step - changepoint) / shape.length)),
    ...fourierColumns(seasons, length, from),
    ...events.map(({ steps }) => {
      const days = new Set(steps);
      return column((step) => (days.has(step) ? 1 : 0));
    }),
  ];
}

/** How each coefficient after those of the changepoints is called. */
export function additiveNames({ seasons, events }: AdditiveShape): string[] {
  return [...fourierNames(seasons), ...events.map(({ name }) => name)];
}
