import { invalid } from '../error.ts';
import { checkedInteger } from '../values.ts';
import type { NetworkShape } from './network.ts';

/** The most weights that a network may have: learning is for one core. */
export const mostWeights = 10_000_000;

/** @throws {MlError} NOVA_ML_INVALID when a number is out of range, or two of them do not fit. */
export function checkedShape(shape: NetworkShape): NetworkShape {
  const { architecture, inputLength, outputLength, hidden, layers, heads, patchLength } = shape;
  checkedInteger(inputLength, 'inputLength', 2, 100_000);
  checkedInteger(outputLength, 'outputLength', 1, 10_000);
  checkedInteger(hidden, 'hidden', 1, 1_024);
  checkedInteger(layers, 'layers', 1, 16);
  checkedInteger(heads, 'heads', 1, 64);
  checkedInteger(patchLength, 'patchLength', 1, inputLength);
  if (inputLength % patchLength !== 0) {
    throw invalid(`inputLength must be a multiple of patchLength, but they are ${inputLength} and ${patchLength}`, {
      inputLength,
      patchLength,
    });
  }
  if (architecture === 'transformer' && hidden % heads !== 0) {
    throw invalid(`hidden must be a multiple of heads, but they are ${hidden} and ${heads}`, { hidden, heads });
  }
  const weights = 12 * hidden * hidden * layers + (hidden * inputLength * outputLength) / patchLength;
  if (weights > mostWeights) throw invalid(`The network would have about ${Math.round(weights)} weights`, { weights });
  return shape;
}
