import type { Sample } from '@novacron/core';
import type { AlertEvent } from '@novacron/monitoring';
import { map, type OperatorFunction } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect } from 'vitest';

/** Runs marbles in virtual time; what differs fails the test. */
export function marbles(test: Parameters<TestScheduler['run']>[0]): void {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test);
}

/** A sample of a machine. */
export function at(timeMs: number, value: number, vm = 'a'): Sample {
  return { metric: 'cpu', labels: { vm }, timeMs, value };
}

/** Alert events as short texts, to compare. */
export function asText(): OperatorFunction<AlertEvent, string> {
  return map(({ labels, state, timeMs }) => `${labels['vm']} ${state} at ${timeMs}`);
}
