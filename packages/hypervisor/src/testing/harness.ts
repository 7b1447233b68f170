import type { HypervisorCapabilities } from '../spec/capabilities.ts';
import type { Hypervisor } from '../spec/hypervisor.ts';
import type { VmSpec } from '../spec/definition/vm-spec.ts';

/** What the conformance suite needs to know of a driver. */
export interface HypervisorHarness {
  /** Opens the driver anew; the suite closes it. */
  open(): Promise<Hypervisor>;
  /** Opens another host of the same driver, to which machines can move; the suite closes it. For `capabilities.migration`. */
  openDestination?(): Promise<Hypervisor>;
  /** A specification that this driver can make, under the given name. Small and quick to boot. */
  spec(name: string): VmSpec;
  /** A specification of a machine whose disks can hold snapshots, under the given name. @default `spec` */
  snapshotSpec?(name: string): VmSpec;
  /** The name of an active pool with 100 MiB left, for a driver with `capabilities.volumes`. @default 'default' */
  readonly pool?: string | undefined;
  /** What the driver can do, known before it is opened: which parts of the suite there are. @default nothing special */
  readonly capabilities?: Partial<HypervisorCapabilities> | undefined;
  /** Resolves when the guest can take a request to shut down or restart. @default at once */
  booted?(hypervisor: Hypervisor, vm: string): Promise<void>;
  /** The longest that one test may take, in milliseconds. @default 20_000 */
  readonly testTimeoutMs?: number | undefined;
}
