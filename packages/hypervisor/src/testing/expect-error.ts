import { NovaError } from '@novacron/core';
import { expect } from 'vitest';

/** Waits for a failure of this kind, whose details have these fields. */
export async function expectError(
  call: Promise<unknown>,
  kind: NovaError['kind'],
  details: object = {},
): Promise<void> {
  const error: unknown = await call.then(
    () => expect.fail(`expected an error of kind ${kind}`),
    (reason: unknown) => reason,
  );
  expect(NovaError.isInstance(error), String(error)).toBe(true);
  expect(error).toMatchObject({ kind, details });
}
