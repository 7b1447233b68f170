/** A figure of this benchmark. */
export interface Figure {
  readonly figure: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  readonly data: string;
}

/** All figures, in the order they are printed. */
export const figures: readonly Figure[] = [
  figure('connect-and-first-call', 'ms', 'lower', 'qemu driver: open, getHostname; median of 200 in one process'),
  figure('connect-and-first-call-cold', 'ms', 'lower', 'qemu driver: open, getHostname; the first in a process'),
  figure('calls-one-by-one', 'calls/s', 'higher', '5000 lookups by name'),
  figure('calls-in-flight', 'calls/s', 'higher', '5000 lookups by name, 64 in flight; python: 4 threads'),
  figure('list-1000-domains', 'ms', 'lower', 'test driver, 1000 domains'),
  figure('xml-1000-domains', 'ms', 'lower', 'test driver, 1000 domains: list, then the XML of each'),
  figure('stats-1000-domains', 'ms', 'lower', 'test driver, 1000 domains'),
  figure('stats-1000-domains-cpu', 'cpu-ms', 'lower', 'test driver, 1000 domains'),
  figure('stats-8-guests', 'ms', 'lower', '8 paused QEMU guests, all statistics'),
  figure('volume-upload', 'MiB/s', 'higher', '256 MiB into a raw volume'),
  figure('volume-download', 'MiB/s', 'higher', '256 MiB of a raw volume'),
  figure(
    'events-per-second',
    'events/s',
    'higher',
    '6000 lifecycle events of suspend and resume, one by one, none lost',
  ),
  figure('event-latency', 'ms', 'lower', 'from suspend or resume to its event'),
  figure('import', 'ms', 'lower', 'the package alone'),
  figure('peak-memory', 'MiB', 'lower', 'after the calls and lists, runtime included'),
];

function figure(name: string, unit: string, better: Figure['better'], data: string): Figure {
  return { figure: name, unit, better, data };
}
