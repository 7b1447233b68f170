import type { Measurement } from './measurement.ts';
import { fieldsOf, numberOf } from './proc-text.ts';

/** Metrics and their columns in /proc/net/dev, received and sent: proc_pid_net(5). */
const columns = [
  ['system.network.io', 0, 8],
  ['system.network.packets', 1, 9],
  ['system.network.errors', 2, 10],
  ['system.network.dropped', 3, 11],
] as const;

/** Reads the text of /proc/net/dev, but for the loopback device, which moves nothing. */
export function parseNetwork(dev: string): Measurement[] {
  return dev.split('\n').flatMap((line) => {
    const colon = line.lastIndexOf(':'); // a device's name may hold one: eth0:1
    const device = line.slice(0, colon).trim();
    if (colon === -1 || device === 'lo') return [];
    const [counters = []] = fieldsOf(line.slice(colon + 1));
    return columns.flatMap(([metric, received, sent]) => [
      { metric, labels: { device, direction: 'receive' }, value: numberOf(counters[received]) },
      { metric, labels: { device, direction: 'transmit' }, value: numberOf(counters[sent]) },
    ]);
  });
}
