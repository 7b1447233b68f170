/** Lets tasks of the same key run one after the other, those of other keys at the same time. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /**
   * Runs a task when all earlier ones of this key have ended, well or not.
   *
   * @param key - Without one, the task runs at once.
   * @param signal - Gives up the turn; a task that has begun goes on.
   */
  async take<T>(key: string | undefined, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    if (key === undefined) return task();
    const before = this.#last.get(key);
    const mine = (async () => {
      await before?.catch(() => {}); // whoever asked for it was told
      signal.throwIfAborted();
      return task();
    })();
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}
