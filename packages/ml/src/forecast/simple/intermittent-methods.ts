import type { RecursiveMethod } from './recursive-method.ts';

/** Sizes and the steps between them, smoothed. State: size, interval, steps since the last demand, demands so far. */
function crostonLike(key: string, name: string, share: (alpha: number) => number): RecursiveMethod {
  return {
    key,
    name,
    parameterNames: ['alpha'],
    stateSize: () => 4,
    step(state, parameters, value) {
      const since = (state[2] as number) + 1;
      state[2] = since;
      if (value !== value || value === 0) return;
      const alpha = state[3] === 0 ? 1 : (parameters[0] as number);
      state[0] = (state[0] as number) + alpha * (value - (state[0] as number));
      state[1] = (state[1] as number) + alpha * (since - (state[1] as number));
      state[2] = 0;
      state[3] = (state[3] as number) + 1;
    },
    mean: (state, parameters) =>
      (share(parameters[0] as number) * (state[0] as number)) / Math.max(1, state[1] as number),
    spread: () => 1,
  };
}

/** Croston's ratio of size to interval. */
export const crostonMethod: RecursiveMethod = crostonLike('croston', 'Croston', () => 1);

/** The same without its bias. */
export const sbaMethod: RecursiveMethod = crostonLike('sba', 'Syntetos-Boylan', (alpha) => 1 - alpha / 2);

/** Size and probability of demand. State: size, probability, demands so far. */
export const tsbMethod: RecursiveMethod = {
  key: 'tsb',
  name: 'Teunter-Syntetos-Babai',
  parameterNames: ['alpha', 'beta'],
  stateSize: () => 3,
  step(state, parameters, value) {
    if (value !== value) return;
    const demand = value !== 0;
    state[1] = (state[1] as number) + (parameters[1] as number) * ((demand ? 1 : 0) - (state[1] as number));
    if (!demand) return;
    const alpha = state[2] === 0 ? 1 : (parameters[0] as number);
    state[0] = (state[0] as number) + alpha * (value - (state[0] as number));
    state[2] = (state[2] as number) + 1;
  },
  mean: (state) => (state[0] as number) * (state[1] as number),
  spread: () => 1,
};

/**
 * Sums over blocks of steps, smoothed, for blocks of several lengths. Parameters: length and alpha of each. State: sum,
 * steps, smoothed sum and blocks so far of each.
 */
export const adidaMethod: RecursiveMethod = {
  key: 'adida',
  name: 'ADIDA',
  parameterNames: [],
  stateSize: (parameters) => 2 * parameters.length,
  step(state, parameters, value) {
    for (let p = 0; p < parameters.length; p += 2) {
      const at = 2 * p;
      const length = parameters[p] as number;
      // A missing value counts as the block's forecast, so that it changes nothing.
      const came = value === value ? value : (state[at + 2] as number) / length;
      const sum = (state[at] as number) + came;
      const steps = (state[at + 1] as number) + 1;
      const full = steps === length;
      state[at] = full ? 0 : sum;
      state[at + 1] = full ? 0 : steps;
      if (!full) continue;
      const alpha = state[at + 3] === 0 ? 1 : (parameters[p + 1] as number);
      state[at + 2] = (state[at + 2] as number) + alpha * (sum - (state[at + 2] as number));
      state[at + 3] = (state[at + 3] as number) + 1;
    }
  },
  mean(state, parameters) {
    let sum = 0;
    for (let p = 0; p < parameters.length; p += 2) sum += (state[2 * p + 2] as number) / (parameters[p] as number);
    return (2 * sum) / Math.max(1, parameters.length);
  },
  spread: () => 1,
};

/** The same, for blocks of several lengths. */
export const imapaMethod: RecursiveMethod = { ...adidaMethod, key: 'imapa', name: 'IMAPA' };
