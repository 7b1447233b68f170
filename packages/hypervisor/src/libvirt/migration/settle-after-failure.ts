import type { Domain } from 'node-libvirt';
import { isNotFound, type LibvirtHost } from '../libvirt-host.ts';

/** Where a machine is after a migration that failed. */
export type Whereabouts = 'source' | 'destination' | 'both' | 'unknown';

const patienceMs = 15_000;
const lookMs = 250;

/**
 * Finds out where a domain is, and brings both hosts to rest: a job that goes on at the source is ended, for without a
 * daemon at the other end nobody would take the domain over. A daemon that is away gets some seconds to come back.
 */
export async function settleAfterFailure(
  source: LibvirtHost,
  destination: LibvirtHost,
  domain: Domain,
): Promise<Whereabouts> {
  const here = await patiently(source, async () => {
    const found = await lookUp(source, domain.uuid);
    if (found === undefined || !(await found.isActive())) return found === undefined ? 'gone' : 'off';
    const job = await found.getJobStats();
    if (job.type === 'none' || job.operation !== 'migration-out') return 'on';
    await found.abortJob().catch(() => {}); // it may have ended meanwhile
    return undefined;
  });
  const there = await patiently(destination, async () => {
    const found = await lookUp(destination, domain.uuid);
    if (found === undefined || !(await found.isActive())) return found === undefined ? 'gone' : 'off';
    // One that is still being received waits for its source, or for nobody.
    const { state, reason } = await found.getState();
    const waits = state === 'paused' && (reason === 'migration' || reason === 'starting-up');
    return waits && here !== 'gone' ? undefined : 'on';
  });
  if (here === undefined) return there === 'on' ? 'destination' : 'unknown';
  if (there === 'on') return here === 'on' ? 'both' : 'destination';
  if (here === 'on' || here === 'off') return 'source';
  return there === 'off' ? 'destination' : 'unknown';
}

type Presence = 'on' | 'off' | 'gone';

/** Looks until it sees, or has no patience left. */
async function patiently(host: LibvirtHost, look: () => Promise<Presence | undefined>): Promise<Presence | undefined> {
  const startMs = host.clock.monotonic();
  while (host.clock.monotonic() - startMs < patienceMs && host.closedError() === undefined) {
    const seen = await look().catch(() => undefined);
    if (seen !== undefined) return seen;
    await host.clock.sleep(lookMs);
  }
  return undefined;
}

async function lookUp(host: LibvirtHost, uuid: string): Promise<Domain | undefined> {
  try {
    return await host.connection.lookupDomainByUUID(uuid, { timeoutMs: 5000 });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
