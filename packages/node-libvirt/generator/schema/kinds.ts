/** A kind of document that libvirt has a schema for. */
export interface Kind {
  /** The schema's file name without `.rng`, which is the kind's name in the API. */
  readonly schema: string;
  /** What the types are named after: `Domain` for `DomainXML`, `DomainDisk`. */
  readonly name: string;
  /** What it is, for comments. */
  readonly noun: string;
  /** Definitions that a document may begin with, of a schema that libvirt does not install. */
  readonly parts?: { readonly of: string; readonly names: readonly string[] } | undefined;
}

/** What can be attached to a domain and detached: the devices, one by one. */
const devices = [
  'disk controller lease filesystem interface input sound audio hostdev graphic video console parallel serial channel',
  'smartcard hub redirdev redirfilter rng tpm shmem memorydev watchdog memballoon nvram panic iommu vsock crypto pstore',
].flatMap((line) => line.split(' '));

/** The kinds, in the order of the documentation. */
export const kinds: readonly Kind[] = [
  { schema: 'domain', name: 'Domain', noun: 'a domain' },
  {
    schema: 'device',
    name: 'Device',
    noun: 'one device of a domain, as it is attached and detached',
    parts: { of: 'domainoverrides', names: devices },
  },
  { schema: 'domainsnapshot', name: 'DomainSnapshot', noun: 'a snapshot of a domain' },
  { schema: 'domaincheckpoint', name: 'DomainCheckpoint', noun: 'a checkpoint of a domain' },
  { schema: 'domainbackup', name: 'DomainBackup', noun: 'a backup of a domain' },
  { schema: 'domaincaps', name: 'DomainCapabilities', noun: 'what domains a host can run' },
  { schema: 'network', name: 'Network', noun: 'a virtual network' },
  { schema: 'networkport', name: 'NetworkPort', noun: 'a port of a virtual network' },
  { schema: 'storagepool', name: 'StoragePool', noun: 'a storage pool' },
  { schema: 'storagevol', name: 'StorageVolume', noun: 'a storage volume' },
  { schema: 'storagepoolcaps', name: 'StoragePoolCapabilities', noun: 'what storage pools a host can have' },
  { schema: 'nodedev', name: 'NodeDevice', noun: 'a device of the host' },
  { schema: 'interface', name: 'Interface', noun: 'a network interface of the host' },
  { schema: 'secret', name: 'Secret', noun: 'a secret' },
  { schema: 'nwfilter', name: 'NWFilter', noun: 'a network filter' },
  { schema: 'nwfilterbinding', name: 'NWFilterBinding', noun: 'a binding of a network filter' },
  { schema: 'capability', name: 'Capabilities', noun: 'what a host and its hypervisor can do' },
  { schema: 'cpu', name: 'CPU', noun: 'a CPU of a host or guest' },
];
