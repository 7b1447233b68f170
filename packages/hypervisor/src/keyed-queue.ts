import { abortError, withDeadline } from '@novacron/core';

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
   * @param key - What it works on; with several, it waits for all that stand before it at any of them.
   * @param signal - Gives up waiting; a task that has begun sees to itself.
   * @throws {NovaError} NOVA_CORE_ABORTED when the signal fires before its turn.
   */
  async run<T>(key: string | readonly string[], signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T> {
    const keys = typeof key === 'string' ? [key] : key;
    const before = Promise.all(keys.flatMap((each) => this.#tails.get(each) ?? []));
    let done = (): void => {};
    const own = new Promise<void>((resolve) => {
      done = resolve;
    });
    const tail = before.then(() => own);
    for (const each of keys) this.#tails.set(each, tail);
    // Who gives up waiting is passed over only when its turn comes.
    void tail.then(() => {
      for (const each of keys) if (this.#tails.get(each) === tail) this.#tails.delete(each);
    });
    try {
      await withDeadline({ signal }, () => before);
      await this.#enter(signal);
      try {
        return await task();
      } finally {
        this.#leave();
      }
    } finally {
      done();
    }
  }

  async #enter(signal: AbortSignal | undefined): Promise<void> {
    if (this.#running < this.#limit) {
      this.#running++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting = this.#waiting.filter((each) => each !== enter);
        if (signal !== undefined) reject(abortError(signal));
      };
      const enter = (): void => {
        signal?.removeEventListener('abort', giveUp);
        resolve(); // the place is handed over, not freed
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(enter);
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}
