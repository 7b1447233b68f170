import type { RawCalls } from '../connection/raw-calls.ts';
import type { NonnullDomain } from '../protocol/remote-types.gen.ts';
import { DomainStreams } from './domain-streams.ts';

/**
 * A virtual machine of libvirt. It is a reference by UUID, without state of its own: every method asks the daemon, and
 * one whose domain is gone rejects with `LIBVIRT_NO_DOMAIN`.
 *
 * Every method rejects with {@link LibvirtError}: what the daemon reported, `LIBVIRT_ABORTED`, `LIBVIRT_TIMEOUT`,
 * `LIBVIRT_CONNECTION_LOST` or `LIBVIRT_CONNECTION_CLOSED`. Its methods are sorted by what they are about: definition,
 * lifecycle, saving, CPUs, memory, tuning, devices, disks, block jobs, security, guest, jobs, migration, history, streams.
 */
export class Domain extends DomainStreams {
  protected override sibling(raw: RawCalls, reference: NonnullDomain): this {
    return new Domain(raw, reference) as this;
  }
}
