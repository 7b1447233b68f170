/**
 * What cloud-init in the guest is told at its first boot, by an ISO image of the NoCloud kind
 * (<https://docs.cloud-init.io/en/latest/reference/datasources/nocloud.html>). Everything beyond the plain fields goes
 * into `userData`.
 */
export interface CloudInitSpec {
  /** The pool in which the image is made. */
  readonly pool: string;
  /** The guest's host name. @default the machine's name */
  readonly hostname?: string | undefined;
  /** The user that is made. @default none: the image's own */
  readonly user?: string | undefined;
  /** Public keys that may log in. */
  readonly sshKeys?: readonly string[] | undefined;
  /** The password in the form of `crypt(3)`: `$6$…`. Never shown again. */
  readonly passwordHash?: string | undefined;
  /** Packages that are installed. */
  readonly packages?: readonly string[] | undefined;
  /** Commands that run once, each as a list of words; no shell takes them apart. */
  readonly commands?: readonly (readonly string[])[] | undefined;
  /**
   * Text of your own in place of all the above but `hostname`: `#cloud-config`, a script, or any other format of
   * cloud-init.
   */
  readonly userData?: string | undefined;
  /** The network configuration, version 1 or 2, in YAML. @default the guest's own, which is DHCP */
  readonly networkConfig?: string | undefined;
}
