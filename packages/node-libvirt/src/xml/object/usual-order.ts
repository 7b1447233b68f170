/**
 * The order in which libvirt itself writes the children of some elements, where its schema lets them stand in any
 * order. It only makes what is written look familiar.
 */
const usualOrder: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map(
  Object.entries({
    domain:
      'name uuid genid title description metadata maxMemory memory currentMemory memoryBacking vcpu vcpus iothreads ' +
      'iothreadids defaultiothread blkiotune memtune numatune cputune resource sysinfo bootloader bootloader_args os ' +
      'idmap features cpu clock on_poweroff on_reboot on_crash on_lockfailure pm perf throttlegroups devices seclabel ' +
      'keywrap launchSecurity',
    devices:
      'emulator disk controller lease filesystem interface smartcard serial parallel console channel input tpm ' +
      'graphics sound audio video hostdev redirdev redirfilter hub watchdog memballoon rng nvram panic shmem memory ' +
      'iommu vsock crypto pstore',
    disk:
      'driver auth source backingStore backenddomain geometry blockio mirror target iotune throttlefilters readonly ' +
      'shareable transient serial wwn vendor product encryption boot alias address',
    interface:
      'mac source backend virtualport vlan script target model driver guest filterref link mtu bandwidth coalesce boot ' +
      'rom alias address',
    network: 'name uuid metadata forward bridge mtu mac domain dns virtualport bandwidth vlan port portgroup ip route',
    features: 'acpi apic pae hap hyperv kvm',
    backingStore: 'format source backingStore',
    ip: 'tftp dhcp',
    dhcp: 'range host bootp',
    '@disk': 'name type device',
    '@controller': 'type index model',
  }).map(([element, names]) => [element, new Map(names.split(' ').map((name, index) => [name, index]))]),
);

/** Puts children (or attributes, under `@` and the element's name) in libvirt's own order, and others after them. */
export function inUsualOrder<Value>(
  element: string,
  entries: readonly (readonly [string, Value])[],
): readonly (readonly [string, Value])[] {
  const order = usualOrder.get(element);
  if (order === undefined) return entries;
  const place = (name: string): number => order.get(name) ?? order.size;
  return entries.toSorted(([a], [b]) => place(a) - place(b));
}
