import { clockOf, type RawCalls } from '../connection/raw-calls.ts';
import { LibvirtError } from '../error/libvirt-error.ts';
import type { NonnullDomain } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { watchDeadline } from '../rpc/deadline.ts';

const retryMs = 100;

/**
 * A job on a domain that an abort or a timeout ends through the daemon: the call that does it is not abandoned, so that
 * the outcome is known.
 */
export class AbortableJob {
  private readonly raw: RawCalls;
  private readonly dom: NonnullDomain;
  private readonly release: () => void;
  private running = false;
  private stopped: LibvirtError | undefined;

  /**
   * @param name - The call, for messages.
   * @throws {LibvirtError} LIBVIRT_ABORTED when the signal has fired already, LIBVIRT_ARGUMENT_INVALID.
   */
  constructor(raw: RawCalls, dom: NonnullDomain, name: string, options: CallOptions) {
    this.raw = raw;
    this.dom = dom;
    this.release = watchDeadline(options, clockOf(raw), name, (error) => {
      this.stopped = error;
      if (this.running) void this.abort();
    });
  }

  /** Before a step that need not be taken after an abort. @throws {LibvirtError} LIBVIRT_ABORTED, LIBVIRT_TIMEOUT when it has come. */
  check(): void {
    if (this.stopped !== undefined) throw this.stopped;
  }

  /** Does the step that the daemon can abort. */
  async during<Value>(work: () => Promise<Value>): Promise<Value> {
    this.check();
    this.running = true;
    try {
      return await work();
    } finally {
      this.running = false;
    }
  }

  /** What to throw for an error of a step: that the job was aborted, when that is why. */
  explain(error: unknown): unknown {
    const { stopped } = this;
    if (stopped === undefined || !LibvirtError.isInstance(error)) return error;
    // A stop that came between two steps left nothing under way.
    if (error !== stopped && error.outcomeUnknown) return error;
    return new LibvirtError({
      code: stopped.code,
      kind: stopped.kind,
      message: `${stopped.message}; its job was aborted and the domain stays where it was`,
      procedure: stopped.procedure,
      cause: error === stopped ? stopped.cause : error,
    });
  }

  /** Ends the watch. */
  end(): void {
    this.release();
  }

  /** There may be no job yet to abort, or one that ends by itself. */
  private async abort(): Promise<void> {
    while (this.running) {
      try {
        await this.raw.domainAbortJob({ dom: this.dom });
        return;
      } catch {
        await new Promise<void>((resolve) => clockOf(this.raw).after(retryMs, resolve));
      }
    }
  }
}
