/** Which values a full queue lets go: the ones that wait longest, or the ones that come. */
export type DropPolicy = 'drop-oldest' | 'drop-newest';

/** A queue that holds values up to a weight in all and counts what it drops. */
export class BoundedQueue<T> {
  readonly #limit: number;
  readonly #policy: DropPolicy;
  readonly #weigh: (value: T) => number;
  #values: T[] = [];
  #first = 0;
  #weight = 0;
  #dropped = 0;

  /**
   * @param limit - Weight of all values together; a value that finds the queue empty is always taken.
   * @param weigh - What a value weighs. @default 1 each
   */
  constructor(limit: number, policy: DropPolicy, weigh: (value: T) => number = () => 1) {
    this.#limit = limit;
    this.#policy = policy;
    this.#weigh = weigh;
  }

  /** Values that wait. */
  get length(): number {
    return this.#values.length - this.#first;
  }

  /** Weight of the values that wait. */
  get weight(): number {
    return this.#weight;
  }

  /** Weight of the values that were dropped. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Adds a value, if there is room for it or can be made; tells whether it was taken. */
  push(value: T): boolean {
    const weight = this.#weigh(value);
    while (this.length > 0 && this.#weight + weight > this.#limit) {
      if (this.#policy === 'drop-newest') {
        this.#dropped += weight;
        return false;
      }
      this.#dropped += this.#weigh(this.shift() as T);
    }
    this.#values.push(value);
    this.#weight += weight;
    return true;
  }

  /** Takes the value that waits longest. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const value = this.#values[this.#first++] as T;
    this.#weight -= this.#weigh(value);
    if (this.#first > 1_000 && this.#first * 2 > this.#values.length) {
      this.#values = this.#values.slice(this.#first);
      this.#first = 0;
    } else this.#values[this.#first - 1] = undefined as T; // so that it can be collected
    return value;
  }
}
