/** What a machine's XML depends on of the host. */
export interface DomainContext {
  /** `kvm`, `qemu` or `test`. */
  readonly domainType: string;
  /** `x86_64`, `aarch64`. */
  readonly architecture: string;
}
