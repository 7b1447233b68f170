import type { FittedForecaster } from '../forecast/contract.ts';
import type { SavedReader } from '../json/saved-reader.ts';
import { robustScale } from '../statistics/robust-scale.ts';
import type { SortedWindow } from '../statistics/sorted-window.ts';
import type { Baseline } from './baseline.ts';
import { saveWindow, windowFrom } from './window-baseline.ts';

/**
 * Normal is what a forecaster predicts for the next step. What it learns is cut to a few robust standard deviations
 * from its prediction, so that an outlier does not drag it along, while a new level is still followed (Gelper, Fried,
 * Croux 2010, "Robust forecasting with exponential and Holt-Winters smoothing").
 */
export class ForecastBaseline implements Baseline {
  readonly #fitted: FittedForecaster;
  readonly #residuals: SortedWindow;
  readonly #reach: number;
  #expected: number | undefined;

  /**
   * @param fitted - The forecaster; the baseline takes it over.
   * @param residuals - Its last errors; the baseline takes it over.
   * @param reach - How many robust standard deviations of an error the forecaster may learn from.
   */
  constructor(fitted: FittedForecaster, residuals: SortedWindow, reach: number) {
    this.#fitted = fitted;
    this.#residuals = residuals;
    this.#reach = reach;
  }

  /** The forecast of the next step. */
  expected(): number {
    this.#expected ??= this.#fitted.forecast(1, { levels: [] }).mean[0] as number;
    return this.#expected;
  }

  /** The robust spread of the last errors. */
  scale(): number {
    return robustScale(this.#residuals);
  }

  /** Updates the forecaster with the value, cut to its reach. */
  learn(value: number): void {
    const expected = this.expected();
    const reach = this.#reach * this.scale();
    const residual = value - expected;
    if (!Number.isNaN(residual)) this.#residuals.push(residual);
    this.#fitted.update([expected + Math.min(reach, Math.max(-reach, residual))]);
    this.#expected = undefined;
  }

  /** A copy that goes its own way. */
  clone(): ForecastBaseline {
    return new ForecastBaseline(this.#fitted.clone(), this.#residuals.clone(), this.#reach);
  }

  /** The forecaster's parameters and the scale. */
  describe(): Readonly<Record<string, number>> {
    const { parameters, seasonLength } = this.#fitted.describe();
    return { ...parameters, seasonLength, scale: this.scale() };
  }

  /** Its part of the detector's JSON. */
  save(): Readonly<Record<string, unknown>> {
    return { forecaster: this.#fitted.toJSON(), residuals: saveWindow(this.#residuals), reach: this.#reach };
  }

  /**
   * The reverse of {@link ForecastBaseline.save}.
   *
   * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
   */
  static from(saved: SavedReader, forecasterFromJSON: (saved: unknown) => FittedForecaster): ForecastBaseline {
    const reach = saved.number('reach', 0, Number.MAX_VALUE);
    return new ForecastBaseline(
      forecasterFromJSON(saved.raw('forecaster')),
      windowFrom(saved.object('residuals')),
      reach,
    );
  }
}
