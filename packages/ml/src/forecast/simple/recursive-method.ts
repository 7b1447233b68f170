/** A method whose whole knowledge is a few numbers that move with every value. */
export interface RecursiveMethod {
  /** How it is called in saved JSON. */
  readonly key: string;
  /** How it is called by people. */
  readonly name: string;
  /** Names of its parameters. */
  readonly parameterNames: readonly string[];
  /** How many numbers its state has, given its parameters. */
  stateSize(parameters: Float64Array): number;
  /** Moves the state on by a value, which may be missing (NaN). */
  step(state: Float64Array, parameters: Float64Array, value: number): void;
  /** The forecast a number of steps ahead, from 1. */
  mean(state: Float64Array, parameters: Float64Array, step: number): number;
  /** How many times the spread of one step a step ahead has. */
  spread(state: Float64Array, parameters: Float64Array, step: number): number;
}

/** The mean of all values. State: how many there were, and their mean. */
export const meanMethod: RecursiveMethod = {
  key: 'mean',
  name: 'Mean',
  parameterNames: [],
  stateSize: () => 2,
  step(state, _, value) {
    if (value !== value) return;
    const count = (state[0] as number) + 1;
    state[0] = count;
    state[1] = (state[1] as number) + (value - (state[1] as number)) / count;
  },
  mean: (state) => state[1] as number,
  spread: (state) => Math.sqrt(1 + 1 / Math.max(1, state[0] as number)),
};

/** The line through the first and the last value. State: first, last, steps between them, steps since the last. */
export const driftMethod: RecursiveMethod = {
  key: 'drift',
  name: 'Drift',
  parameterNames: [],
  stateSize: () => 4,
  step(state, _, value) {
    const since = (state[3] as number) + 1;
    state[3] = since;
    if (value !== value) return;
    state[1] = value;
    state[2] = (state[2] as number) + since;
    state[3] = 0;
  },
  mean(state, _, step) {
    const [first, last, span, since] = state as unknown as readonly [number, number, number, number];
    return last + ((last - first) / Math.max(1, span)) * (since + step);
  },
  spread(state, _, step) {
    const ahead = (state[3] as number) + step;
    return Math.sqrt(ahead * (1 + ahead / Math.max(1, state[2] as number)));
  },
};

/**
 * The mean of the latest values. Parameter: how many. State: how many came since the round began, their sum, then a place
 * for each value of a round: those of this round, and behind them what each value of the last round and those after it
 * came to. So a value costs a constant, and nothing is ever subtracted.
 */
export const windowMethod: RecursiveMethod = {
  key: 'window-average',
  name: 'Window average',
  parameterNames: ['window'],
  stateSize: (parameters) => 2 + (parameters[0] as number),
  step(state, _, value) {
    if (value !== value) return;
    const place = state[0] as number;
    state[2 + place] = value;
    state[0] = place + 1;
    state[1] = (state[1] as number) + value;
    if (place + 3 < state.length) return;
    for (let i = state.length - 2; i > 1; i--) state[i] = (state[i] as number) + (state[i + 1] as number);
    state[0] = 0;
    state[1] = 0;
  },
  mean(state) {
    const place = state[0] as number;
    const sum = state[1] as number;
    const before = state[2 + place] as number;
    if (before !== before) return sum / Math.max(1, place); // the first round
    return (sum + before) / (state.length - 2);
  },
  spread: () => 1,
};
