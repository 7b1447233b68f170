import { damaged, encodeFloats } from '../../json/floats.ts';
import { SavedReader } from '../../json/saved-reader.ts';
import { checkValues, longestSeason } from '../../values.ts';
import { buildForecast } from '../build-forecast.ts';
import type { Forecast, FittedForecaster, ForecastOptions, ModelDescription, SavedModel } from '../contract.ts';
import { harmonicAngle, type FourierTerm } from '../arima/fourier-columns.ts';
import { additiveLimits, additiveNames, type AdditiveShape } from './additive-design.ts';
import { simulateByForecast } from '../draw-paths.ts';
import type { SimulateOptions } from '../simulation.ts';

/** All that a fitted additive model knows. */
export interface AdditiveFit {
  /** Its columns. */
  readonly shape: AdditiveShape;
  /** A coefficient for each of them. */
  readonly weights: Float64Array;
  /** Standard deviation of what is left. */
  readonly sigma: number;
  /** Variance that changes of slope to come have in one step, in units of the slope's column. */
  readonly bendVariance: number;
  /** How many steps the model has seen. */
  readonly seen: number;
  /** Observed values of the training series. */
  readonly observed: number;
  /** The curve over the training series. */
  readonly fittedValues: Float64Array;
  /** What it leaves. */
  readonly residuals: Float64Array;
}

/** The trend of an additive model. */
export interface AdditiveTrend {
  /** The trend's value at step 0. */
  readonly level: number;
  /** How much it rises a step at first. */
  readonly slope: number;
  /** Where its slope changes, and by how much a step; those that the prior kept at 0 are left out. */
  readonly changepoints: readonly { readonly step: number; readonly change: number }[];
}

/** What the parts of an additive model say about one step. */
export interface AdditiveParts {
  /** The trend. */
  readonly trend: number;
  /** Each season, in the order of the options. */
  readonly seasons: readonly number[];
  /** The sum of the events that fall on the step. */
  readonly events: number;
}

/** A fitted additive model, made by {@link additive}. */
export class FittedAdditive implements FittedForecaster {
  readonly #fit: AdditiveFit;
  readonly #days: readonly ReadonlySet<number>[];
  /** What each season says about its steps, once somebody asked. */
  readonly #tables: Float64Array[] = [];
  #seen: number;

  /** @param fit - What was learned. */
  constructor(fit: AdditiveFit) {
    this.#fit = fit;
    this.#days = fit.shape.events.map(({ steps }) => new Set(steps));
    this.#seen = fit.seen;
  }

  /** The method's name. */
  get name(): string {
    return 'Additive model';
  }

  /** The curve over the training series. It is fitted to the whole series, so these are no one-step predictions. */
  get fittedValues(): Float64Array {
    return this.#fit.fittedValues;
  }

  /** Value minus curve; NaN where the value was missing. */
  get residuals(): Float64Array {
    return this.#fit.residuals;
  }

  /** The trend: where it starts and where it bends. */
  trend(): AdditiveTrend {
    const { shape, weights } = this.#fit;
    const changepoints = shape.changepoints.map((step, i) => ({
      step,
      change: (weights[2 + i] as number) / shape.length,
    }));
    return {
      level: weights[0] as number,
      slope: (weights[1] as number) / shape.length,
      changepoints: changepoints.filter(({ change }) => change !== 0),
    };
  }

  /** What each part says about a step, 0 being that of the first value. */
  parts(step: number): AdditiveParts {
    const { shape, weights } = this.#fit;
    let trend = (weights[0] as number) + ((weights[1] as number) * step) / shape.length;
    let next = 2;
    for (const changepoint of shape.changepoints) {
      trend += ((weights[next++] as number) * Math.max(0, step - changepoint)) / shape.length;
    }
    const seasons = shape.seasons.map((_, index) => this.#seasonAt(index, step));
    for (const { seasonLength, harmonics } of shape.seasons) next += weightsOf(seasonLength, harmonics);
    let events = 0;
    for (const days of this.#days) {
      if (days.has(step)) events += weights[next] as number;
      next++;
    }
    return { trend, seasons, events };
  }

  #seasonAt(index: number, step: number): number {
    const { shape, weights } = this.#fit;
    let first = 2 + shape.changepoints.length;
    for (let i = 0; i < index; i++) {
      const { seasonLength, harmonics } = shape.seasons[i] as FourierTerm;
      first += weightsOf(seasonLength, harmonics);
    }
    const season = shape.seasons[index] as FourierTerm;
    const { seasonLength } = season;
    if (!Number.isInteger(seasonLength)) return seasonAt(season, weights, first, step);
    const table = (this.#tables[index] ??= new Float64Array(seasonLength).fill(Number.NaN));
    const phase = ((step % seasonLength) + seasonLength) % seasonLength;
    if (Number.isNaN(table[phase])) table[phase] = seasonAt(season, weights, first, phase);
    return table[phase] as number;
  }

  /**
   * Carries the curve on. Intervals hold the noise and the bends to come, as many and as large as those of the past.
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options?: ForecastOptions): Forecast {
    return buildForecast(horizon, options, (mean, deviation) => {
      const { sigma, bendVariance } = this.#fit;
      const since = this.#seen - this.#fit.seen;
      const { shape, weights } = this.#fit;
      const { trend } = this.parts(this.#fit.seen);
      // All bends are behind: from here on the trend is a line.
      let slope = weights[1] as number;
      for (let i = 0; i < shape.changepoints.length; i++) slope += weights[2 + i] as number;
      slope /= shape.length;
      const hasEvents = this.#days.length > 0;
      for (let step = 0; step < horizon; step++) {
        let value = trend + slope * (since + step);
        for (let i = 0; i < shape.seasons.length; i++) value += this.#seasonAt(i, this.#seen + step);
        mean[step] = hasEvents ? value + this.parts(this.#seen + step).events : value;
        const ahead = since + step + 1;
        const bends = Math.sqrt(bendVariance * ((ahead * (ahead + 1) * (2 * ahead + 1)) / 6));
        deviation[step] = sigma > 0 ? sigma * Math.sqrt(1 + (bends / sigma) ** 2) : bends;
      }
    });
  }

  /**
   * Possible futures, drawn from the intervals of the forecast.
   *
   * @param horizon - How many steps; 1 to 1,000,000.
   * @param options - How many paths, and the seed.
   * @returns one array a path.
   * @throws {MlError} NOVA_ML_INVALID when the horizon, the number of paths, both together or the seed is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a future leaves ±1e300.
   */
  simulate(horizon: number, options?: SimulateOptions): Float64Array[] {
    return simulateByForecast(this, horizon, options);
  }

  /**
   * Moves on in time. The curve is one for the whole series and learns nothing from a few values: fit again for that.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): void {
    checkValues(values);
    this.#seen += values.length;
  }

  /** A copy that goes its own way. */
  clone(): FittedAdditive {
    return this.after(0);
  }

  /** A copy that has seen some more steps. */
  after(steps: number): FittedAdditive {
    const copy = new FittedAdditive(this.#fit);
    copy.#seen = this.#seen + steps;
    return copy;
  }

  /** Level, slope, waves, the effects of events, and the spread. */
  describe(): ModelDescription {
    const { shape, weights, sigma, observed } = this.#fit;
    const { level, slope } = this.trend();
    const first = 2 + shape.changepoints.length;
    const named = additiveNames(shape).map((name, i) => [name, weights[first + i] as number] as const);
    return {
      name: this.name,
      parameters: { level, slope, ...Object.fromEntries(named) },
      seasonLength: Math.max(1, ...shape.seasons.map(({ seasonLength }) => seasonLength)),
      observations: observed,
      rmse: sigma,
      sigma,
    };
  }

  /** Everything, versioned; {@link fittedFromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    const { shape, weights, sigma, bendVariance, seen, observed, fittedValues, residuals } = this.#fit;
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: 'additive',
      shape: {
        length: shape.length,
        changepoints: encodeFloats(Float64Array.from(shape.changepoints)),
        seasons: shape.seasons,
        events: shape.events.map(({ name, steps }) => ({ name, steps: encodeFloats(Float64Array.from(steps)) })),
      },
      weights: encodeFloats(weights),
      sigma,
      bendVariance,
      seen,
      steps: this.#seen - seen,
      observed,
      fittedValues: encodeFloats(fittedValues),
      residuals: encodeFloats(residuals),
    };
  }
}

/**
 * Brings a saved additive model back.
 *
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function additiveFromJSON(saved: SavedReader): FittedAdditive {
  const largest = Number.MAX_VALUE;
  const fields = saved.object('shape');
  const shape: AdditiveShape = {
    length: fields.integer('length', 1, Number.MAX_SAFE_INTEGER),
    changepoints: [...fields.floats('changepoints')],
    seasons: list(fields, 'seasons').map((term) => {
      const seasonLength = term.integer('seasonLength', 2, longestSeason);
      const most = Math.min(additiveLimits.harmonics, seasonLength >> 1);
      return { seasonLength, harmonics: term.integer('harmonics', 1, most) };
    }),
    events: list(fields, 'events').map((event) => ({
      name: event.text('name'),
      steps: [...event.floats('steps')],
    })),
  };
  if (shape.changepoints.length > additiveLimits.changepoints) throw damaged('there are too many changepoints');
  const fittedValues = saved.floats('fittedValues');
  const seen = saved.integer('seen', 1, fittedValues.length);
  const fitted = new FittedAdditive({
    shape,
    weights: saved.floats('weights', { length: 2 + shape.changepoints.length + additiveNames(shape).length }),
    sigma: saved.number('sigma', 0, largest),
    bendVariance: saved.number('bendVariance', 0, largest),
    seen,
    observed: saved.integer('observed', 1, fittedValues.length),
    fittedValues,
    residuals: saved.floats('residuals', { length: fittedValues.length, missing: true }),
  });
  return fitted.after(saved.integer('steps', 0, 1e9));
}

function list(fields: SavedReader, name: 'seasons' | 'events'): SavedReader[] {
  const value = fields.raw(name);
  const most = additiveLimits[name];
  if (!Array.isArray(value) || value.length > most) throw damaged(`${name} must be a list of up to ${most}`);
  return value.map((item: unknown) => new SavedReader(item));
}

/** How many coefficients a season has: the fastest wave of an even one has but its cosine. */
function weightsOf(seasonLength: number, harmonics: number): number {
  return 2 * harmonics - (2 * harmonics === seasonLength ? 1 : 0);
}

/** What a season says about a step. */
function seasonAt(
  { seasonLength, harmonics }: FourierTerm,
  weights: Float64Array,
  first: number,
  step: number,
): number {
  let sum = 0;
  let next = first;
  for (let k = 1; k <= harmonics; k++) {
    const angle = harmonicAngle(k, step, seasonLength);
    if (2 * k !== seasonLength) sum += (weights[next++] as number) * Math.sin(angle);
    sum += (weights[next++] as number) * Math.cos(angle);
  }
  return sum;
}
