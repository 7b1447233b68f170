import type { CallOptions } from '@novacron/core';
import { parseNodeDeviceXML } from 'node-libvirt/xml';
import type { HostDevice, HostInfo, HostOperations, NumaNode } from '../spec/hypervisor.ts';
import { isNotFound, type LibvirtHost } from './libvirt-host.ts';
import { findElement, parseXml, type XmlElement } from './xml.ts';

/** What the machine underneath is and has. */
export function libvirtHostOperations(host: LibvirtHost): HostOperations {
  return {
    info: (options) => host.call(options, undefined, (call) => readInfo(host, call)),
    devices: (options) =>
      host.call(options, undefined, async (call) => {
        const devices = await host.connection.listAllNodeDevices(call);
        const read = await Promise.all(
          devices.map((device) =>
            device.getXMLDesc(call).then(mapDevice, (error: unknown) => {
              if (isNotFound(error)) return undefined; // unplugged while it was read
              throw error;
            }),
          ),
        );
        return read.filter((device) => device !== undefined).toSorted((a, b) => (a.name < b.name ? -1 : 1));
      }),
  };
}

async function readInfo({ connection, context }: LibvirtHost, call: CallOptions): Promise<HostInfo> {
  const [hostname, { cpus, memoryBytes }, type, version, capabilities, freeMemoryBytes] = await Promise.all([
    connection.getHostname(call),
    connection.getInfo(call),
    connection.getType(call),
    connection.getVersion(call),
    connection.getCapabilities(call),
    connection.getFreeMemory(call).catch(() => undefined), // not every driver knows
  ]);
  const root = parseXml(capabilities);
  const cpuModel = findElement(root, 'host', 'cpu', 'model')?.text;
  const cells = findElement(root, 'host', 'topology', 'cells')?.children ?? [];
  const types = root.children
    .flatMap((guest) => findElement(guest, 'arch') ?? [])
    .filter(({ attributes }) => attributes['name'] === context.architecture)
    .flatMap(({ children }) => children.filter(({ name }) => name === 'domain'))
    .flatMap(({ attributes }) => attributes['type'] ?? []);
  return {
    hostname,
    cpus,
    memoryBytes,
    hypervisor: `${type} ${version.text}`,
    architecture: context.architecture,
    ...(cpuModel === undefined ? {} : { cpuModel }),
    ...(freeMemoryBytes === undefined ? {} : { freeMemoryBytes }),
    accelerators: [...new Set(types)],
    numaNodes: cells.map(numaNode),
  };
}

const kibibyte = 1024;

function numaNode(cell: XmlElement): NumaNode {
  const baseKib = 4;
  const pages = cell.children.filter(({ name }) => name === 'pages');
  return {
    id: Number(cell.attributes['id']),
    cpus: (findElement(cell, 'cpus')?.children ?? []).map(({ attributes }) => Number(attributes['id'])),
    memoryBytes: Number(findElement(cell, 'memory')?.text ?? 0) * kibibyte,
    hugePages: pages
      .map(({ attributes, text }) => ({ sizeBytes: Number(attributes['size']) * kibibyte, count: Number(text) }))
      .filter(({ sizeBytes }) => sizeBytes > baseKib * kibibyte),
  };
}

function mapDevice(xml: string): HostDevice {
  const { name } = parseNodeDeviceXML(xml);
  const capability = findElement(parseXml(xml), 'capability');
  const text = (element: string): string | undefined => {
    const found = capability && findElement(capability, element)?.text;
    return found === '' ? undefined : found;
  };
  const group = capability && findElement(capability, 'iommuGroup')?.attributes['number'];
  const [vendor, product] = [text('vendor'), text('product')];
  return {
    name,
    kind: capability?.attributes['type'] ?? 'unknown',
    ...(vendor === undefined ? {} : { vendor }),
    ...(product === undefined ? {} : { product }),
    ...(group === undefined ? {} : { iommuGroup: Number(group) }),
  };
}
