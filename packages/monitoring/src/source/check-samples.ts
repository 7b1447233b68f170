import { NovaError, validateLabels, validateMetricName, type Labels, type Sample } from '@novacron/core';
import { invalidInput } from '../error.ts';
import type { CollectionError } from './metric-source.ts';

/** Label objects that were found right and can't change any more. */
const checkedLabels = new WeakSet<Labels>();

/**
 * Takes the samples that are sound and tells about the others, one entry for each reason with the first of them as
 * example.
 *
 * A value that is NaN or infinite is refused: a source leaves out what it can't measure, so such a value is a
 * division by zero or a lost reading, and would poison every mean downstream.
 */
export function checkSamples(
  source: string,
  samples: readonly Sample[],
  accepted: Sample[],
): readonly CollectionError[] {
  let nonFinite: Refused | undefined;
  let invalid: Refused | undefined;
  const metrics = new Set<string>();
  for (const sample of samples) {
    const problem = shapeProblem(sample, metrics);
    if (problem !== undefined) invalid = refuse(invalid, problem);
    else if (!Number.isFinite(sample.value)) nonFinite = refuse(nonFinite, nonFiniteProblem(sample));
    else accepted.push(sample);
  }
  const errors: CollectionError[] = [];
  if (nonFinite !== undefined) errors.push({ source, reason: 'non-finite', ...nonFinite });
  if (invalid !== undefined) errors.push({ source, reason: 'invalid', ...invalid });
  return errors;
}

interface Refused {
  readonly count: number;
  readonly error: NovaError;
}

function refuse(refused: Refused | undefined, error: NovaError): Refused {
  return { count: (refused?.count ?? 0) + 1, error: refused?.error ?? error };
}

function shapeProblem(sample: Sample, metrics: Set<string>): NovaError | undefined {
  try {
    if (!metrics.has(sample.metric)) {
      validateMetricName(sample.metric);
      metrics.add(sample.metric);
    }
    if (!checkedLabels.has(sample.labels)) {
      validateLabels(sample.labels);
      if (Object.isFrozen(sample.labels)) checkedLabels.add(sample.labels);
    }
    if (!Number.isFinite(sample.timeMs)) {
      return invalidInput(`Time of ${sample.metric} must be finite, not ${String(sample.timeMs)}`, {
        metric: sample.metric,
      });
    }
    return typeof sample.value === 'number'
      ? undefined
      : invalidInput(`Value of ${sample.metric} must be a number, not ${typeof sample.value}`);
  } catch (error) {
    return NovaError.isInstance(error) ? error : invalidInput('A sample must be an object with labels');
  }
}

function nonFiniteProblem(sample: Sample): NovaError {
  return invalidInput(`Value of ${sample.metric} is ${sample.value}; what can't be measured must be left out`, {
    metric: sample.metric,
    labels: sample.labels,
  });
}
