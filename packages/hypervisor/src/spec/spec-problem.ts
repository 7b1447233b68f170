/** One thing that is wrong with a specification. */
export interface SpecProblem {
  /** Where: `disks[1].source`; in the XML an XPath: `/domain/devices/disk[2]/@type`. */
  readonly path: string;
  /** What is wrong. */
  readonly message: string;
  /** What would be right, when that is known. */
  readonly fix?: string | undefined;
  /** Which step found it: the specification by itself, the host, or libvirt's schema. @default 'spec' */
  readonly step?: 'spec' | 'host' | 'xml' | undefined;
}
