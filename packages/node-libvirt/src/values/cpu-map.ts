import { checkedCount } from './units.ts';

/** The most CPUs that a map of the protocol holds. */
const mostCpus = 16_384;

/**
 * The bits for some CPUs: libvirt's CPU map.
 *
 * @param cpus - Numbers of CPUs of the host, in any order.
 * @param what - What they are for, for the message.
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID when one is not an integer from 0 to 16383.
 */
export function cpuMap(cpus: readonly number[], what: string): Uint8Array {
  let most = 0;
  for (const cpu of cpus) most = Math.max(most, checkedCount(cpu, mostCpus - 1, what));
  const map = new Uint8Array((most >> 3) + 1);
  for (const cpu of cpus) map[cpu >> 3] = (map[cpu >> 3] ?? 0) | (1 << (cpu & 7));
  return map;
}

/** The numbers of the CPUs in a map, in order. */
export function readCpuMap(map: Uint8Array): number[] {
  const cpus: number[] = [];
  for (let at = 0; at < map.length; at++) {
    const byte = map[at] ?? 0;
    for (let bit = 0; bit < 8; bit++) if ((byte & (1 << bit)) !== 0) cpus.push(at * 8 + bit);
  }
  return cpus;
}

/** Several maps that lie one after another, each `mapBytes` long. */
export function readCpuMaps(maps: Uint8Array, mapBytes: number, count: number): number[][] {
  return Array.from({ length: count }, (_, index) =>
    readCpuMap(maps.subarray(index * mapBytes, (index + 1) * mapBytes)),
  );
}

/** How many bytes the map of a host with this many CPUs has. */
export function cpuMapBytes(hostCpus: number): number {
  return Math.max(1, Math.ceil(hostCpus / 8));
}

/** CPUs as libvirt writes them in text: `0-3,7`. */
export function cpuList(cpus: readonly number[], what: string): string {
  const sorted = [...new Set(cpus.map((cpu) => checkedCount(cpu, mostCpus - 1, what)))].sort((a, b) => a - b);
  const ranges: [first: number, last: number][] = [];
  for (const cpu of sorted) {
    const range = ranges.at(-1);
    if (range !== undefined && range[1] === cpu - 1) range[1] = cpu;
    else ranges.push([cpu, cpu]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

/** The CPUs of a list like `0-3,^2,7`. */
export function readCpuList(text: string): number[] {
  const cpus = new Set<number>();
  for (const [, except, first = '', last = first] of text.matchAll(/(\^?)(\d+)(?:-(\d+))?/g)) {
    for (let cpu = Number(first); cpu <= Math.min(Number(last), mostCpus - 1); cpu++) {
      if (except === '^') cpus.delete(cpu);
      else cpus.add(cpu);
    }
  }
  return [...cpus].sort((a, b) => a - b);
}
