import { systemClock, type Clock } from '@novacron/core';
import { aroundCalls, type Middleware } from './around-calls.ts';

/** How long answers are kept. */
export interface CacheOptions {
  /** In milliseconds; above 0. */
  readonly ttlMs: number;
  /** At most so many answers; the oldest go. @default 1000 */
  readonly maxEntries?: number | undefined;
  /** @default the system's clock */
  readonly clock?: Clock | undefined;
}

const cached: ReadonlySet<string> = new Set([
  'vms.get',
  'vms.list',
  'vms.details',
  'vms.definition',
  'snapshots.list',
  'pools.get',
  'pools.list',
  'volumes.get',
  'volumes.list',
  'networks.get',
  'networks.list',
  'filters.get',
  'filters.list',
  'backups.checkpoints',
  'host.info',
]);

/**
 * Answers again what was answered a moment ago: machines, volumes, pools, networks and the host. Any change through the
 * same hypervisor makes it forget all; what others change is seen when the time is over. Failures are not kept.
 */
export function cache({ ttlMs, maxEntries = 1000, clock = systemClock }: CacheOptions): Middleware {
  return (hypervisor) => {
    const answers = new Map<string, { readonly answer: unknown; readonly untilMs: number }>();
    let changes = 0;
    return aroundCalls(async (call, next) => {
      if (call.changes) {
        changes++;
        try {
          return await next();
        } finally {
          changes++;
          answers.clear();
        }
      }
      const { group, operation, arguments: given, optionsAt } = call;
      if (!cached.has(`${group}.${operation}`)) return next();
      const key = JSON.stringify([group, operation, given.slice(0, optionsAt)]);
      const known = answers.get(key);
      if (known !== undefined && clock.monotonic() < known.untilMs) return known.answer;
      const before = changes;
      const answer = await next();
      if (before !== changes) return answer; // it may be older than the change
      answers.delete(key);
      answers.set(key, { answer, untilMs: clock.monotonic() + ttlMs });
      const [oldest] = answers.keys();
      if (answers.size > maxEntries && oldest !== undefined) answers.delete(oldest);
      return answer;
    })(hypervisor);
  };
}
