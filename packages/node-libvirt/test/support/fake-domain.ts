import { Domain } from '../../src/index.ts';
import type { NonnullDomain } from '../../src/protocol/remote-types.gen.ts';
import type { Wire } from './wire.ts';

/** How the protocol names the domain of a test. */
export const dom: NonnullDomain = { name: 'web', uuid: '00000000-0000-4000-8000-000000000001', id: 7 };

/** The domain of a test. */
export function fakeDomain(wire: Wire): Domain {
  return new Domain(wire.connection.raw, dom);
}

/** A typed parameter: of a string, a boolean, a `ullong` for a bigint or an `int` for a number. */
export function parameter(field: string, value: string | boolean | bigint | number) {
  if (typeof value === 'string') return { field, value: { type: 7, value } } as const;
  if (typeof value === 'boolean') return { field, value: { type: 6, value: value ? 1 : 0 } } as const;
  if (typeof value === 'bigint') return { field, value: { type: 4, value } } as const;
  return { field, value: { type: 1, value } } as const;
}

/** A typed parameter of type `uint`. */
export function unsigned(field: string, value: number) {
  return { field, value: { type: 2, value } } as const;
}

/** A typed parameter of type `llong`. */
export function long(field: string, value: bigint) {
  return { field, value: { type: 3, value } } as const;
}
