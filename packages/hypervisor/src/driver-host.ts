import type { Hypervisor } from './spec/hypervisor.ts';

const key: unique symbol = Symbol.for('novacron.hypervisor.driver-host') as never;

/** A hypervisor with what its driver works on; middleware that copies its fields keeps it. */
export function withDriverHost<H extends Hypervisor>(hypervisor: H, host: object): H {
  return { ...hypervisor, [key]: host };
}

/** What the driver of a hypervisor works on, if it is of this class: two hosts of one driver can work together. */
export function driverHost<Host extends object>(
  hypervisor: object,
  driver: abstract new (...parameters: never[]) => Host,
): Host | undefined {
  const host = (hypervisor as { readonly [key]?: unknown } | undefined)?.[key];
  return host instanceof driver ? host : undefined;
}
