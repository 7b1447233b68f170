import { encodeFloats } from '../json/floats.ts';
import type { SavedModel } from '../forecast/contract.ts';
import { checkValues } from '../values.ts';
import { anomalyAt, scoreOf, type Baseline, type Limits } from './baseline.ts';
import type { Anomaly, DetectorDescription, FittedDetector } from './contract.ts';

/** What a fitted detector is made of. */
export interface BaselineFit {
  /** Its name. */
  readonly name: string;
  /** How its JSON is recognised. */
  readonly model: string;
  /** When a distance is an anomaly. */
  readonly limits: Limits;
  /** What it holds for normal; the detector takes it over. */
  readonly baseline: Baseline;
  /** Scores of the training series. */
  readonly scores: Float64Array;
  /** Anomalies of the training series. */
  readonly anomalies: readonly Anomaly[];
}

const anomalyFields = ['index', 'value', 'expected', 'score', 'lower', 'upper'] as const;

/** A fitted detector around any baseline, made by {@link robustZScore} and {@link seasonalResidual}. */
export class BaselineDetector implements FittedDetector {
  readonly #fit: BaselineFit;

  /** @param fit - What was learned. */
  constructor(fit: BaselineFit) {
    this.#fit = fit;
  }

  /** Scores the training series against what was expected of it, and makes the detector. */
  static fromTraining(
    fit: Omit<BaselineFit, 'scores' | 'anomalies'>,
    series: Float64Array,
    expected: (index: number) => number,
  ): BaselineDetector {
    const scale = fit.baseline.scale();
    const scores = new Float64Array(series.length);
    const anomalies: Anomaly[] = [];
    for (let index = 0; index < series.length; index++) {
      const value = series[index] as number;
      scores[index] = scoreOf(value, expected(index), scale);
      const anomaly = anomalyAt(index, value, expected(index), scale, fit.limits);
      if (anomaly !== undefined) anomalies.push(anomaly);
    }
    return new BaselineDetector({ ...fit, scores, anomalies });
  }

  /** The method's name. */
  get name(): string {
    return this.#fit.name;
  }

  /** A value is an anomaly when its score is above this. */
  get threshold(): number {
    return this.#fit.limits.threshold;
  }

  /** The scores of the training series, against what was learned from all of it. */
  get scores(): Float64Array {
    return this.#fit.scores;
  }

  /** The anomalies of the training series. */
  get anomalies(): readonly Anomaly[] {
    return this.#fit.anomalies;
  }

  /**
   * Scores values as if they came next.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number.
   */
  score(values: ArrayLike<number>): Float64Array {
    checkValues(values);
    const baseline = this.#fit.baseline.clone();
    const scores = new Float64Array(values.length);
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      scores[i] = scoreOf(value, baseline.expected(), baseline.scale());
      baseline.learn(value);
    }
    return scores;
  }

  /**
   * Finds anomalies among values as if they came next.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number.
   */
  detect(values: ArrayLike<number>): Anomaly[] {
    return this.#judge(values, this.#fit.baseline.clone());
  }

  /**
   * Finds anomalies among values and learns from them.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): Anomaly[] {
    return this.#judge(values, this.#fit.baseline);
  }

  /** A copy that goes its own way. */
  clone(): BaselineDetector {
    return new BaselineDetector({ ...this.#fit, baseline: this.#fit.baseline.clone() });
  }

  /** Name, limits and what was learned. */
  describe(): DetectorDescription {
    return { name: this.name, parameters: { ...this.#fit.limits, ...this.#fit.baseline.describe() } };
  }

  /** Everything, versioned; {@link detectorFromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    const { model, limits, baseline, scores, anomalies } = this.#fit;
    const columns = anomalies.flatMap((anomaly) => anomalyFields.map((field) => anomaly[field]));
    return {
      format: 'novacron-detector',
      version: 1,
      model,
      ...limits,
      scores: encodeFloats(scores),
      anomalies: encodeFloats(Float64Array.from(columns)),
      baseline: baseline.save(),
    };
  }

  #judge(values: ArrayLike<number>, baseline: Baseline): Anomaly[] {
    checkValues(values);
    const found: Anomaly[] = [];
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      const anomaly = anomalyAt(i, value, baseline.expected(), baseline.scale(), this.#fit.limits);
      if (anomaly !== undefined) found.push(anomaly);
      baseline.learn(value);
    }
    return found;
  }
}

/** The reverse of how anomalies are saved. */
export function anomaliesFrom(columns: Float64Array): Anomaly[] {
  const width = anomalyFields.length;
  return Array.from({ length: Math.floor(columns.length / width) }, (_, row) => {
    const [index, value, expected, score, lower, upper] = columns.subarray(row * width, row * width + width);
    return { index, value, expected, score, lower, upper } as Anomaly;
  });
}
