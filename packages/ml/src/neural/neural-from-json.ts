import { timedFromJSON, type FittedTimed } from '../forecast/timed/timed-fitted.ts';
import { damaged, decodeFloats } from '../json/floats.ts';
import { SavedReader } from '../json/saved-reader.ts';
import { longestSeason } from '../values.ts';
import { architectures, Network, type NetworkShape } from './network.ts';
import { NeuralFitted } from './neural-fitted.ts';
import { NeuralNetwork } from './neural-network.ts';
import { checkedShape, mostWeights } from './network-shape.ts';

/**
 * Brings a saved network back, or one that was looking at a series, with times or without.
 *
 * @param saved - What `JSON.parse` gave, or the text itself.
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 * @throws {MlError} NOVA_ML_UNSUPPORTED when it is of a later version.
 * @returns what was saved: a {@link NeuralNetwork}, its fit to a series, or that to a series with times.
 */
export function neuralFromJSON(saved: unknown): NeuralNetwork | NeuralFitted | FittedTimed<NeuralFitted> {
  const reader = new SavedReader(saved);
  const model = reader.head('novacron-forecaster');
  if (model === 'neural-network') return networkFrom(reader);
  if (model === 'neural-fitted') return fittedFrom(reader);
  if (model !== 'timed' && model !== 'timed-in-zone') throw damaged('it is another model');
  return timedFromJSON(reader, innerFrom, model === 'timed-in-zone') as FittedTimed<NeuralFitted>;
}

function innerFrom(reader: SavedReader): NeuralFitted {
  if (reader.head('novacron-forecaster') !== 'neural-fitted') throw damaged('its times are those of another model');
  return fittedFrom(reader);
}

function networkFrom(reader: SavedReader): NeuralNetwork {
  const shape = shapeOf(reader);
  const network = new Network(
    shape,
    (length) => new Float32Array(length),
    () => 0.5,
  );
  const weights = reader.raw('weights');
  if (!Array.isArray(weights) || weights.length !== network.parameters.length) throw damaged('weights are missing');
  for (const [k, { data }] of network.parameters.entries()) {
    const values = decodeFloats(String(weights[k]), 'weights');
    if (values.length !== data.length || values.some((value) => !Number.isFinite(value))) {
      throw damaged('weights must fit the network');
    }
    data.set(values);
  }
  const deviations = nonNegative(reader, 'deviations', shape.outputLength);
  const seasonLength = reader.integer('seasonLength', 1, Math.min(longestSeason, shape.inputLength));
  return new NeuralNetwork(network, seasonLength, deviations, []);
}

function fittedFrom(reader: SavedReader): NeuralFitted {
  const neural = networkFrom(reader);
  const { inputLength, outputLength } = neural.shape;
  const [unit = 0, low = 0, high = 0] = reader.floats('scale', { length: 3 });
  if (!(unit > 0) || !(low <= high)) throw damaged('scale must be in order');
  const fittedValues = reader.floats('fittedValues', { missing: true });
  return new NeuralFitted(neural, {
    window: reader.floats('window', { length: inputLength }),
    unit,
    low,
    high,
    deviations: nonNegative(reader, 'ownDeviations', outputLength),
    observed: reader.integer('observed', 1, fittedValues.length),
    fittedValues,
    residuals: reader.floats('residuals', { length: fittedValues.length, missing: true }),
  });
}

function shapeOf(reader: SavedReader): NetworkShape {
  const architecture = architectures.find((name) => name === reader.raw('architecture'));
  if (architecture === undefined) throw damaged('there is no such architecture');
  const whole = (field: string): number => reader.integer(field, 1, mostWeights);
  try {
    return checkedShape({
      architecture,
      inputLength: whole('inputLength'),
      outputLength: whole('outputLength'),
      hidden: whole('hidden'),
      layers: whole('layers'),
      heads: whole('heads'),
      patchLength: whole('patchLength'),
    });
  } catch (cause) {
    throw damaged('the form of the network makes no sense', cause);
  }
}

function nonNegative(reader: SavedReader, field: string, length: number): Float64Array {
  const values = reader.floats(field, { length });
  if (values.some((value) => !(value >= 0))) throw damaged(`${field} must not be negative`);
  return values;
}
