/** A version of libvirt or a hypervisor. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly release: number;
  /** `9.0.0` */
  readonly text: string;
}

/** The version that libvirt packs into one number, three digits a part. */
export function unpackVersion(packed: number): Version {
  const major = Math.floor(packed / 1_000_000);
  const minor = Math.floor(packed / 1000) % 1000;
  const release = packed % 1000;
  return { major, minor, release, text: `${major}.${minor}.${release}` };
}
