import { withReception } from '../driver-host.ts';
import type { Hypervisor } from '../spec/hypervisor.ts';
import { operations, type OperationGroup, type OperationKind } from './operations.ts';

/** Turns a hypervisor into one that does more, or less. */
export type Middleware = <H extends Hypervisor>(hypervisor: H) => H;

/** A call that is to be made. */
export interface HypervisorCall {
  /** Which hypervisor, by its name. */
  readonly hypervisor: string;
  readonly group: OperationGroup;
  /** `create`, `setPassword`; and `receive` in the group `migrations`: a machine comes from another host. */
  readonly operation: string;
  /** Whether it changes something. */
  readonly changes: boolean;
  /** What it is about: the machine, the volume as `pool/name`, the pool, the network. Absent for lists. */
  readonly subject?: string | undefined;
  /** What it was called with. It may hold secrets. */
  readonly arguments: readonly unknown[];
  /** The place of the options among the arguments. */
  readonly optionsAt: number;
}

/** Stands around each call: makes it with `next`, once, many times or not at all. Iterations are handed to it as a whole. */
export type Around = (
  call: HypervisorCall,
  next: (parameters?: readonly unknown[]) => Promise<unknown>,
) => Promise<unknown>;

type Operation = (...parameters: readonly unknown[]) => unknown;

/**
 * Makes middleware of a function that stands around each call, and around the arrival of machines that another host moves
 * here. Events, closing, and what is not an operation stay as they are.
 *
 * @example
 * ```ts
 * import { aroundCalls } from '@novacron/hypervisor/middleware';
 * import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
 *
 * const seen: string[] = [];
 * const watched = aroundCalls(async ({ group, operation, subject }, next) => {
 *   seen.push(`${group}.${operation} ${subject ?? ''}`.trim());
 *   return next();
 * });
 * await using hypervisor = watched(createMemoryHypervisor());
 * await hypervisor.vms.create({ name: 'web-1' });
 * await hypervisor.vms.list();
 * seen // => ['vms.create web-1', 'vms.list']
 * ```
 */
export function aroundCalls(around: Around): Middleware {
  return (hypervisor) => {
    const groups = Object.entries(operations).flatMap(([name, kinds]) => {
      const group = hypervisor[name as OperationGroup];
      return group === undefined ? [] : [[name, wrapGroup(hypervisor, name as OperationGroup, group, kinds, around)]];
    });
    const receive = (vm: string, options: object, arrive: () => Promise<unknown>): Promise<unknown> => {
      const call = { group: 'migrations', operation: 'receive', changes: true, subject: vm } as const;
      return around({ hypervisor: hypervisor.name, ...call, arguments: [vm, options], optionsAt: 1 }, () => arrive());
    };
    return withReception({ ...hypervisor, ...Object.fromEntries(groups) }, receive);
  };
}

function wrapGroup(
  { name: hypervisor }: Hypervisor,
  group: OperationGroup,
  target: object,
  kinds: Readonly<Record<string, OperationKind>>,
  around: Around,
): object {
  const wrapped: Record<string, unknown> = { ...target };
  for (const [operation, [does, optionsAt]] of Object.entries(kinds)) {
    const original = (target as Readonly<Record<string, Operation | undefined>>)[operation];
    if (original === undefined) continue;
    const callOf = (parameters: readonly unknown[]): HypervisorCall => ({
      hypervisor,
      group,
      operation,
      changes: does === 'change',
      subject: optionsAt === 0 ? undefined : subjectOf(parameters[0]),
      arguments: parameters,
      optionsAt,
    });
    const next =
      (given: readonly unknown[]) =>
      async (parameters: readonly unknown[] = given): Promise<unknown> =>
        original.apply(target, parameters as unknown[]);
    wrapped[operation] =
      operation === 'download'
        ? (...given: readonly unknown[]) => iterate(() => around(callOf(given), next(given)))
        : async (...given: readonly unknown[]) => around(callOf(given), next(given));
  }
  return wrapped;
}

async function* iterate(begin: () => Promise<unknown>): AsyncGenerator {
  yield* (await begin()) as AsyncIterable<unknown>;
}

/** What a call was called with, with these options beside its own. */
export function argumentsWith({ arguments: given, optionsAt }: HypervisorCall, options: object): readonly unknown[] {
  const all = Array.from({ length: Math.max(given.length, optionsAt + 1) }, (_, index) => given[index]);
  return all.with(optionsAt, { ...(given[optionsAt] as object | undefined), ...options });
}

/** The name in an argument: a text, a volume's reference, or a specification. */
function subjectOf(first: unknown): string | undefined {
  if (typeof first === 'string') return first;
  const { pool, name } = (first ?? {}) as { readonly pool?: unknown; readonly name?: unknown };
  if (typeof name !== 'string') return undefined;
  return typeof pool === 'string' ? `${pool}/${name}` : name;
}
