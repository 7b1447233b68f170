import type { TextRange } from '../ast/expression.ts';
import { executionError } from '../error.ts';
import type { Evaluation } from './evaluation.ts';
import type { Groups } from './groups.ts';
import { metricKey } from './metric.ts';
import { denseVector, materialize, type Vector } from './vector.ts';

/**
 * `limitk`: some series of each group. `limit_ratio`: a part of all series, chosen by their labels, so that it is the
 * same at every step; a negative ratio gives the others. Which series they are differs from Prometheus' choice.
 */
export async function limitRows(
  evaluation: Evaluation,
  vector: Vector,
  groups: Groups,
  parameters: Float64Array,
  byCount: boolean,
  range: TextRange,
): Promise<Vector> {
  const steps = parameters.length;
  if (!byCount) {
    const ratios = parameters.map((ratio) => cappedRatio(evaluation, ratio, range));
    const places = vector.metrics.map((metric) => hashOf(metricKey(metric)) / 2 ** 32);
    return {
      metrics: vector.metrics,
      readRow(row, values, present) {
        vector.readRow(row, values, present);
        const place = places[row] as number;
        for (let step = 0; step < steps; step++) {
          const ratio = ratios[step] as number;
          if (ratio >= 0 ? place >= ratio : place < 1 + ratio) present[step] = 0;
        }
      },
    };
  }
  const { metrics, values, present } = await materialize(evaluation, vector, steps);
  const kept = new Uint8Array(present.length);
  const counts = new Uint32Array(groups.metrics.length * steps);
  for (let row = 0; row < metrics.length; row++) {
    for (let step = 0; step < steps; step++) {
      if (present[row * steps + step] === 0) continue;
      const place = (groups.groupOf[row] as number) * steps + step;
      if ((counts[place] as number) + 1 > (parameters[step] as number)) continue;
      counts[place] = (counts[place] as number) + 1;
      kept[row * steps + step] = 1;
    }
  }
  return denseVector(metrics, steps, values, kept);
}

function cappedRatio(evaluation: Evaluation, ratio: number, range: TextRange): number {
  if (Number.isNaN(ratio)) throw executionError('Ratio value NaN');
  if (Math.abs(ratio) <= 1) return ratio;
  const capped = Math.sign(ratio);
  evaluation.annotations.invalidRatio(ratio, capped, range);
  return capped;
}

/** FNV-1a of a text, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01_00_01_93);
  hash ^= hash >>> 16;
  return Math.imul(hash, 0x85_eb_ca_6b) >>> 0;
}
