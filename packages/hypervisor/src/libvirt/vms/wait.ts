import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import { HypervisorError } from '../../error.ts';
import type { VmState } from '../../spec/vm-state.ts';
import type { LibvirtHost } from '../libvirt-host.ts';

const pollMs = 100;
/** A guest that is still booting does not hear a request; so it is made again. */
const askAgainMs = 5000;

/**
 * Asks and polls until the domain is in one of the states.
 *
 * @returns Whether it got there within the grace.
 */
export async function waitForState(
  host: LibvirtHost,
  domain: Domain,
  states: readonly VmState[],
  graceMs: number,
  options: CallOptions & { readonly ask: () => Promise<void> },
): Promise<boolean> {
  const { clock } = host;
  const startMs = clock.monotonic();
  let askMs = startMs;
  for (;;) {
    if (states.includes(await host.state(domain, options))) return true;
    if (clock.monotonic() - startMs >= graceMs) return false;
    if (clock.monotonic() >= askMs) {
      askMs = clock.monotonic() + askAgainMs;
      await options.ask().catch(async (error: unknown) => {
        if (!states.includes(await host.state(domain, options))) throw error;
      });
    }
    await clock.sleep(Math.min(pollMs, graceMs), options);
  }
}

/**
 * Asks the guest to restart and waits until it did: libvirt tells it by an event.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_TIMEOUT when it did not within the grace.
 */
export async function rebootGuest(
  host: LibvirtHost,
  domain: Domain,
  graceMs: number,
  options: CallOptions,
): Promise<void> {
  const { clock, connection } = host;
  if (host.context.domainType === 'test') return domain.reboot(options);
  const done = new AbortController();
  const stop = options.signal === undefined ? done.signal : AbortSignal.any([options.signal, done.signal]);
  const events = connection.domainEvents({ types: ['reboot'], domain, signal: stop });
  const rebooted = (async (): Promise<boolean> => {
    for await (const event of events) if (event.type === 'reboot') return true;
    return false;
  })();
  const asking = (async (): Promise<boolean> => {
    await events.ready;
    const startMs = clock.monotonic();
    while (clock.monotonic() - startMs < graceMs) {
      await domain.reboot(options);
      await clock.sleep(Math.min(askAgainMs, graceMs), { signal: stop });
    }
    return false;
  })();
  try {
    if (await Promise.race([rebooted, asking])) return;
    throw new HypervisorError({
      kind: 'timeout',
      message: `VM ${JSON.stringify(domain.name)} did not restart within ${graceMs} ms; restart it with force`,
      details: { vm: domain.name, graceMs },
    });
  } finally {
    done.abort();
    await Promise.allSettled([rebooted, asking]);
  }
}
