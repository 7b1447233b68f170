import type { Clock } from '@novacron/core';
import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';

/**
 * A clock as RxJS scheduler, so that one clock drives streams, sources and stores: an accelerated one for
 * simulations, a manual one for tests.
 *
 * @example
 * ```ts
 * import { ManualClock } from '@novacron/core/testing';
 * import { clockScheduler } from '@novacron/monitoring/stream';
 * import { firstValueFrom, timer } from 'rxjs';
 *
 * const clock = new ManualClock();
 * const hour = firstValueFrom(timer(3_600_000, clockScheduler(clock)));
 * await clock.advance(3_600_000);
 * await hour // => 0
 * ```
 */
export function clockScheduler(clock: Clock): SchedulerLike {
  return {
    now: () => clock.now(),
    schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
      return new ClockAction(clock, work).schedule(state, delay);
    },
  };
}

class ClockAction<T> extends Subscription implements SchedulerAction<T> {
  readonly #clock: Clock;
  readonly #work: (this: SchedulerAction<T>, state?: T) => void;
  #waiting: AbortController | undefined;

  constructor(clock: Clock, work: (this: SchedulerAction<T>, state?: T) => void) {
    super(() => this.#waiting?.abort());
    this.#clock = clock;
    this.#work = work;
  }

  schedule(state?: T, delay = 0): Subscription {
    if (this.closed) return this;
    this.#waiting?.abort();
    const waiting = new AbortController();
    this.#waiting = waiting;
    void this.#clock.sleep(delay, { signal: waiting.signal }).then(
      () => {
        if (this.#waiting !== waiting) return;
        this.#waiting = undefined;
        this.#work(state);
        if (this.#waiting === undefined) this.unsubscribe();
      },
      () => {}, // unsubscribed or scheduled anew
    );
    return this;
  }
}
