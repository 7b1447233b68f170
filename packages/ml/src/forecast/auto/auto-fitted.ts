import { damaged, encodeFloats } from '../../json/floats.ts';
import type { SavedReader } from '../../json/saved-reader.ts';
import { checkValues, longestSeason } from '../../values.ts';
import { checkForecast, withinLimits } from '../build-forecast.ts';
import type { FittedForecaster, Forecast, ForecastOptions, ModelDescription, SavedModel } from '../contract.ts';
import type { AutoValidation } from './auto-validation.ts';
import type { AutoMember } from './combine.ts';
import { Conformal } from './conformal.ts';
import { explain } from './explain.ts';
import { leaning, leaningInterval } from './leaning.ts';
import { outlook, type OutlookMembers } from './outlook.ts';
import { neverNegative } from './plausible-range.ts';
import { simulateByForecast } from '../draw-paths.ts';
import type { SimulateOptions } from '../simulation.ts';

/** All that a fitted automatic forecast knows; it takes members and spread over. */
export interface AutoFit extends OutlookMembers {
  /** A power of two near the largest value. */
  readonly scale: number;
  /** What the validation found, in the unit of the series. */
  readonly validation: AutoValidation;
  /** One-step predictions, in the unit of the series. */
  readonly fittedValues: Float64Array;
  /** Their errors. */
  readonly residuals: Float64Array;
}

/** The level whose misses `update` learns from. */
const learnedLevel = 0.95;

/** A fitted automatic forecast: a few models with weights, and how wrong they were together. */
export class FittedAuto implements FittedForecaster {
  readonly #fit: AutoFit;

  /** @param fit - What was learned. */
  constructor(fit: AutoFit) {
    this.#fit = fit;
  }

  /** `Automatic forecast`. */
  get name(): string {
    return 'Automatic forecast';
  }

  /** The methods, the heaviest first; those with no weight were tried and left out. */
  get members(): readonly AutoMember[] {
    return this.#fit.members.map(({ name, weight, error }) => ({ name, weight, error }));
  }

  /** The season that was used; 1 means none. */
  get seasonLength(): number {
    return this.#fit.seasonLength;
  }

  /** How well the same combination forecast the end of the series without seeing it. */
  get validation(): AutoValidation {
    return this.#fit.validation;
  }

  /** How it was made, in words. */
  get explanation(): string {
    return explain(this.members, this.#fit.validation, this.#fit.seasonLength);
  }

  /** One-step predictions of the training series; NaN where a member had none. */
  get fittedValues(): Float64Array {
    return this.#fit.fittedValues;
  }

  /** Value minus prediction; NaN where either is missing. */
  get residuals(): Float64Array {
    return this.#fit.residuals;
  }

  /**
   * Forecasts the blend of all members within the plausible range. The width of an interval lies between what the errors
   * of the validation say (conformal) and what the members say of themselves. Where no value of the series was negative,
   * it reaches further up than down, the more so the nearer to 0.
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options: ForecastOptions = {}): Forecast {
    checkForecast(horizon, options);
    const { levels = [0.8, 0.95] } = options;
    const { low, high, scale } = this.#fit;
    const { path, widths } = outlook(this.#fit, horizon, levels);
    const mean = path.map((value) => Math.min(high, Math.max(low, value)) * scale);
    const leans = neverNegative(this.#fit);
    const intervals = levels.map((level, i) => {
      const row = (widths[i] as Float64Array).map((width) => width * scale);
      return leaningInterval(level, mean, row, leans);
    });
    return withinLimits({ mean, intervals }, options.minimum, options.maximum);
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
   * Moves all members on; weights stay. Intervals widen or narrow as the one-step forecasts miss more or less often
   * than they should (adaptive conformal inference, Gibbs and Candès 2021).
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): void {
    checkValues(values);
    const { scale, conformal, members } = this.#fit;
    const news = new Float64Array(1);
    for (let i = 0; i < values.length; i++) {
      const value = (values[i] as number) / scale;
      if (value === value) {
        const { path, widths } = outlook(this.#fit, 1, [learnedLevel]);
        const middle = path[0] as number;
        const width = widths[0]?.[0] as number;
        const lean = neverNegative(this.#fit) ? leaning(middle, width) : 0;
        conformal.learn(Math.abs(value - middle), value > middle ? width + lean : width - lean, learnedLevel);
      }
      news[0] = value;
      for (const { fitted } of members) fitted?.update(news);
    }
  }

  /** A copy that goes its own way. */
  clone(): FittedAuto {
    const { members, conformal } = this.#fit;
    return new FittedAuto({
      ...this.#fit,
      members: members.map((member) => ({ ...member, fitted: member.fitted?.clone() })),
      conformal: conformal.clone(),
    });
  }

  /** The weights as parameters, and how large the one-step errors are. */
  describe(): ModelDescription {
    const { members, seasonLength, observed, residuals } = this.#fit;
    const known = residuals.filter((residual) => residual === residual);
    const scale = known.reduce((most, residual) => Math.max(most, Math.abs(residual)), 0) || 1;
    const squares = known.reduce((sum, residual) => sum + (residual / scale) ** 2, 0);
    const rmse = Math.sqrt(squares / Math.max(1, known.length)) * scale;
    const parameters = Object.fromEntries(members.map(({ name, weight }) => [name, weight]));
    return { name: this.name, parameters, seasonLength, observations: observed, rmse, sigma: rmse };
  }

  /** Everything, versioned; {@link fittedFromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    const { members, robust, scale, seasonLength, low, high, conformal, validation, observed } = this.#fit;
    const rows = members.map(({ name, weight, error, fitted }, i) => [
      i,
      {
        name,
        numbers: encodeFloats(Float64Array.of(weight, error)),
        ...(fitted === undefined ? {} : { fitted: fitted.toJSON() }),
      },
    ]);
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: 'auto',
      members: { count: members.length, ...Object.fromEntries(rows) },
      robust: Number(robust),
      seasonLength,
      range: encodeFloats(Float64Array.of(scale, low, high)),
      conformal: conformal.toJSON(),
      validation: {
        origins: validation.origins,
        horizon: validation.horizon,
        gated: Number(validation.gated),
        cutShort: Number(validation.cutShort),
        errors: encodeFloats(Float64Array.of(validation.error, validation.benchmarkError)),
      },
      observed,
      fittedValues: encodeFloats(this.fittedValues),
      residuals: encodeFloats(this.residuals),
    };
  }
}

/**
 * Brings a saved automatic forecast back.
 *
 * @param read - Brings a member back.
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function autoFromJSON(saved: SavedReader, read: (member: SavedReader) => FittedForecaster): FittedAuto {
  const rows = saved.object('members');
  let sum = 0;
  const members = Array.from({ length: rows.integer('count', 1, 100) }, (_, i) => {
    const row = rows.object(String(i));
    const [weight = NaN, error = NaN] = row.floats('numbers', { length: 2, missing: true });
    if (!(weight >= 0 && weight <= 1)) throw damaged('a weight must be a ratio');
    sum += weight;
    const fitted = weight > 0 ? read(row.object('fitted')) : undefined;
    return { name: row.text('name'), weight, error, ...(fitted === undefined ? {} : { fitted }) };
  });
  if (!(Math.abs(sum - 1) < 1e-6)) throw damaged('weights must sum to 1');
  const [scale = NaN, low = NaN, high = NaN] = saved.floats('range', { length: 3 });
  if (!(scale > 0 && low <= high)) throw damaged('range must be one');
  const validation = saved.object('validation');
  const [error = NaN, benchmarkError = NaN] = validation.floats('errors', { length: 2, missing: true });
  const fittedValues = saved.floats('fittedValues', { missing: true });
  return new FittedAuto({
    members,
    robust: saved.integer('robust', 0, 1) === 1,
    scale,
    seasonLength: saved.integer('seasonLength', 1, longestSeason),
    low,
    high,
    conformal: Conformal.fromJSON(saved.object('conformal')),
    validation: {
      origins: validation.integer('origins', 0, 100),
      horizon: validation.integer('horizon', 0, 1_000_000),
      gated: validation.integer('gated', 0, 1) === 1,
      // Not there in what earlier releases saved.
      cutShort: validation.raw('cutShort') !== undefined && validation.integer('cutShort', 0, 1) === 1,
      error,
      benchmarkError,
    },
    observed: saved.integer('observed', 1, fittedValues.length),
    fittedValues,
    residuals: saved.floats('residuals', { length: fittedValues.length, missing: true }),
  });
}
