import type { Floats, Tape, Tensor } from './tensor.ts';

/**
 * The mean of squared small errors and of absolute big ones (Huber 1964), which leaves single peaks their due and no
 * more. Its gradient is put into the prediction's when the tape goes back.
 *
 * @param targets - NaN counts nothing.
 * @param delta - Where errors begin to be big.
 */
export function huberLoss(tape: Tape, prediction: Tensor, targets: Floats, delta = 1): number {
  let total = 0;
  let count = 0;
  for (let i = 0; i < targets.length; i++) {
    const error = (prediction.data[i] as number) - (targets[i] as number);
    if (error !== error) continue;
    const size = Math.abs(error);
    total += size <= delta ? 0.5 * error * error : delta * (size - 0.5 * delta);
    count++;
  }
  tape.record(() => {
    for (let i = 0; i < targets.length; i++) {
      const error = (prediction.data[i] as number) - (targets[i] as number);
      if (error !== error) continue;
      (prediction.gradient[i] as number) += Math.max(-delta, Math.min(delta, error)) / count;
    }
  });
  return count === 0 ? 0 : total / count;
}
