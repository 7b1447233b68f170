import type { Batch } from './learning-set.ts';
import type { Network } from './network.ts';
import { Tape, type Tensor } from './tensor.ts';

/** So many windows go through a network at once: more would take memory and keep the thread from others. */
export const windowsAtOnce = 128;

/**
 * Has a network predict what follows many windows.
 *
 * @param turn - Awaited before each part.
 * @param take - Told what was predicted for a part and what came.
 */
export async function forwardInParts(
  network: Network,
  { windows, targets, count }: Batch,
  turn: () => Promise<void>,
  take: (tape: Tape, predicted: Tensor, targets: Float32Array) => void,
): Promise<void> {
  const { inputLength, outputLength } = network.shape;
  for (let start = 0; start < count; start += windowsAtOnce) {
    await turn();
    const end = Math.min(count, start + windowsAtOnce);
    const tape = new Tape((length) => new Float32Array(length), false);
    const part = windows.subarray(start * inputLength, end * inputLength);
    const predicted = network.forward(tape, part, end - start);
    take(tape, predicted, targets.subarray(start * outputLength, end * outputLength));
  }
}
