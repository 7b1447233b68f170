import { expect } from 'vitest';
import { LibvirtError } from '../../src/index.ts';

/** The LibvirtError that a promise rejects with or a function throws; anything else fails the test. */
export async function caught(work: Promise<unknown> | (() => unknown)): Promise<LibvirtError> {
  let outcome: unknown;
  try {
    outcome = await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (LibvirtError.isInstance(error)) return error;
    throw error;
  }
  return expect.unreachable(`expected a LibvirtError, got ${JSON.stringify(outcome)}`);
}

/** Resolves after real milliseconds. */
export function delay(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

/** Waits until a condition holds; fails after two seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const endMs = performance.now() + 2000;
  while (!condition()) {
    if (performance.now() > endMs) expect.unreachable('the condition did not become true within 2 s');
    await delay(2);
  }
}

/** A promise and how to settle it. */
export function deferred<Value>(): { readonly promise: Promise<Value>; readonly resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((settle) => (resolve = settle));
  return { promise, resolve };
}
