import type { HostOperations } from '../spec/hypervisor.ts';
import type { LibvirtHost } from './libvirt-host.ts';

/** What the machine underneath is and has. */
export function libvirtHostOperations(host: LibvirtHost): HostOperations {
  return {
    info: (options) =>
      host.call(options, undefined, async (call) => {
        const { connection } = host;
        const [hostname, { cpus, memoryBytes }, type, version] = await Promise.all([
          connection.getHostname(call),
          connection.getInfo(call),
          connection.getType(call),
          connection.getVersion(call),
        ]);
        return { hostname, cpus, memoryBytes, hypervisor: `${type} ${version.text}` };
      }),
  };
}
