import type { Hypervisor } from './spec/hypervisor.ts';

const key: unique symbol = Symbol.for('novacron.hypervisor.driver-host') as never;
const reception: unique symbol = Symbol.for('novacron.hypervisor.reception') as never;

/** Stands around the arrival of a machine from another host. */
export type Reception = (vm: string, options: object, arrive: () => Promise<unknown>) => Promise<unknown>;

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

/** A hypervisor to which machines come only through this; what stood around their arrival before stands inside. */
export function withReception<H extends Hypervisor>(hypervisor: H, receive: Reception): H {
  const inner = receptionOf(hypervisor);
  const both: Reception = (vm, options, arrive) => receive(vm, options, () => inner(vm, options, arrive));
  return { ...hypervisor, [reception]: both };
}

/** Lets a machine come to a hypervisor as the middleware around it allows. */
export async function received<T>(
  destination: object,
  vm: string,
  options: object,
  arrive: () => Promise<T>,
): Promise<T> {
  return (await receptionOf(destination)(vm, options, arrive)) as T;
}

function receptionOf(hypervisor: object): Reception {
  const found = (hypervisor as { readonly [reception]?: Reception } | undefined)?.[reception];
  return found ?? ((_vm, _options, arrive) => arrive());
}
