import type { Clock } from '@novacron/core';

const turnMs = 20;

/**
 * Makes what a long task awaits between its steps: it lets others have their turn every 20 ms.
 *
 * @param check - Throws when there is no time left.
 */
export function turns(clock: Clock, check: () => void): () => Promise<void> {
  let startedMs = clock.monotonic();
  return async () => {
    if (clock.monotonic() - startedMs > turnMs) {
      await clock.sleep(0);
      startedMs = clock.monotonic();
    }
    check();
  };
}
