import { abortError } from '@novacron/core';

/** Runs tasks: those of one key one after the other, others side by side up to a limit. For drivers. */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<void>>();
  readonly #limit: number;
  #running = 0;
  #waiting: (() => void)[] = [];

  /** @param limit - How many tasks run at once at most. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Runs a task when its turn has come.
   *
   * @param key - What it works on.
   * @param signal - Gives up waiting; a task that has begun sees to itself.
   * @throws {NovaError} NOVA_CORE_ABORTED when the signal fires before its turn.
   */
  async run<T>(key: string, signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    let done = (): void => {};
    const own = new Promise<void>((resolve) => {
      done = resolve;
    });
    const tail = before.then(() => own);
    this.#tails.set(key, tail);
    try {
      await before;
      if (signal?.aborted) throw abortError(signal);
      await this.#enter();
      try {
        return await task();
      } finally {
        this.#leave();
      }
    } finally {
      done();
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#limit) {
      this.#running++;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve)); // the place is handed over, not freed
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}
