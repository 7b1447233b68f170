import { tracingChannel, type TracingChannel } from 'node:diagnostics_channel';
import { aroundCalls, type HypervisorCall, type Middleware } from './around-calls.ts';

/** What the channels are told of a call: never its arguments, which may hold secrets. */
export type TracedCall = Pick<HypervisorCall, 'hypervisor' | 'group' | 'operation' | 'subject' | 'changes'>;

/**
 * Tells `node:diagnostics_channel` of each call: `tracing:novacron.hypervisor:start`, `:end`, `:asyncStart`, `:asyncEnd`
 * and `:error`, each with a {@link TracedCall}. Nothing is made up for it while nobody subscribes.
 *
 * Source: <https://nodejs.org/api/diagnostics_channel.html#class-tracingchannel>.
 */
export function tracing(): Middleware {
  const channel: TracingChannel = tracingChannel('novacron.hypervisor');
  return aroundCalls(({ hypervisor, group, operation, subject, changes }, next) => {
    if (!channel.hasSubscribers) return next();
    return channel.tracePromise(() => next(), { hypervisor, group, operation, subject, changes });
  });
}
