import { aroundCalls, argumentsWith, type Middleware } from './around-calls.ts';

/** How long calls may take that say nothing themselves. */
export interface TimeoutOptions {
  /** Calls that read, in milliseconds. @default no limit */
  readonly readMs?: number | undefined;
  /** Calls that change something, in milliseconds. @default no limit */
  readonly changeMs?: number | undefined;
}

/** Gives calls a `timeoutMs` that have none. What is read piece by piece has none: only its own signal ends it. */
export function timeout({ readMs, changeMs }: TimeoutOptions): Middleware {
  return aroundCalls((call, next) => {
    const { changes, operation, arguments: given, optionsAt } = call;
    const limitMs = changes ? changeMs : readMs;
    const options = (given[optionsAt] ?? {}) as { readonly timeoutMs?: number };
    if (limitMs === undefined || options.timeoutMs !== undefined || operation === 'download') return next();
    return next(argumentsWith(call, { timeoutMs: limitMs }));
  });
}
