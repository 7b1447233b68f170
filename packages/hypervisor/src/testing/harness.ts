import type { Hypervisor } from '../spec/hypervisor.ts';
import type { VmSpec } from '../spec/vm-spec.ts';

/** What the conformance suite needs to know of a driver. */
export interface HypervisorHarness {
  /** Opens the driver anew; the suite closes it. */
  open(): Promise<Hypervisor>;
  /** A specification that this driver can make, under the given name. Small and quick to boot. */
  spec(name: string): VmSpec;
  /** Resolves when the guest can take a request to shut down or restart. @default at once */
  booted?(hypervisor: Hypervisor, vm: string): Promise<void>;
  /** The longest that one test may take, in milliseconds. @default 20_000 */
  readonly testTimeoutMs?: number | undefined;
}
