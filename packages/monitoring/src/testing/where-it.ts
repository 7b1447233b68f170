import { it } from 'vitest';

/** `it` where the store can do what a test is about; elsewhere there is no such test. */
export function whereIt(can: boolean): (name: string, test: () => Promise<void>) => void {
  return can ? (name, test) => it(name, test) : () => {};
}
