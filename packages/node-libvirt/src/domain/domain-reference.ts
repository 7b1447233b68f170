import { clockOf, type RawCalls } from '../connection/raw-calls.ts';
import type { NonnullDomain } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { withDeadline } from '../rpc/with-deadline.ts';

/** A domain by name, UUID and number, and the calls that reach it. */
export abstract class DomainReference {
  /** The calls of the connection that it belongs to. */
  protected readonly raw: RawCalls;
  /** How the protocol names it. */
  protected readonly reference: NonnullDomain;

  /**
   * @param raw - The calls of the connection that it belongs to.
   * @param reference - How the protocol names it.
   */
  constructor(raw: RawCalls, reference: NonnullDomain) {
    this.raw = raw;
    this.reference = reference;
  }

  /** The name that it had when this reference was made. */
  get name(): string {
    return this.reference.name;
  }

  /** The UUID, in lower case with hyphens. */
  get uuid(): string {
    return this.reference.uuid;
  }

  /** The number that it had when this reference was made, if it was running. */
  get id(): number | undefined {
    return this.reference.id === -1 ? undefined : this.reference.id;
  }

  /** The reference that raw calls take as `dom`. */
  get dom(): NonnullDomain {
    return this.reference;
  }

  /** Name, UUID and number. */
  toJSON(): { name: string; uuid: string; id: number | undefined } {
    return { name: this.name, uuid: this.uuid, id: this.id };
  }

  /** Another reference of the same kind: after a start, or at another host. */
  protected abstract sibling(raw: RawCalls, reference: NonnullDomain): this;

  /** Several calls under one deadline. */
  protected together<Value>(
    options: CallOptions | undefined,
    name: string,
    work: (step: CallOptions) => Promise<Value>,
  ): Promise<Value> {
    return withDeadline(options, clockOf(this.raw), name, (signal) => work({ signal }));
  }
}
