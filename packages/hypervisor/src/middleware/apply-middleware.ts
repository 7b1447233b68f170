import type { Hypervisor } from '../spec/hypervisor.ts';
import type { Middleware } from './around-calls.ts';

/**
 * Puts middleware around a hypervisor; the first stands outermost and sees each call first.
 *
 * @example
 * ```ts
 * import { applyMiddleware, retry, timeout } from '@novacron/hypervisor/middleware';
 * import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
 *
 * const memory = createMemoryHypervisor();
 * memory.inject({ operation: 'list', with: 'unavailable' });
 * await using hypervisor = applyMiddleware(memory, retry({ baseDelayMs: 1 }), timeout({ readMs: 5000 }));
 * (await hypervisor.vms.list()).items // => []
 * ```
 */
export function applyMiddleware<H extends Hypervisor>(hypervisor: H, ...middleware: readonly Middleware[]): H {
  return middleware.reduceRight((inner, each) => each(inner), hypervisor);
}
