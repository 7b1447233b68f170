import type { Clock } from '@novacron/core';
import type { OperationOptions } from '../spec/operations/options.ts';
import { trailOf } from '../trail.ts';
import { aroundCalls, argumentsWith, type Middleware } from './around-calls.ts';

/** Lets each change tell `onStep` at least that it is `done`, where the driver tells nothing of it. For drivers. */
export function tellingSteps(clock: Clock): Middleware {
  return aroundCalls(async (call, next) => {
    const { changes, group, operation, subject = '', arguments: given, optionsAt } = call;
    const { onStep } = (given[optionsAt] ?? {}) as OperationOptions;
    // What is received from another host is told by that one.
    if (!changes || onStep === undefined || operation === 'receive') return next();
    let told = false;
    const heard: OperationOptions['onStep'] = (step) => {
      told = true;
      onStep(step);
    };
    const result = await next(argumentsWith(call, { onStep: heard }));
    if (!told) trailOf(group === 'vms' ? operation : `${group}.${operation}`, { onStep }, clock)('done', subject);
    return result;
  });
}
