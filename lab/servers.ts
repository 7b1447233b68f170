import { prometheus } from './prometheus.ts';
import { serverUrl, type LabServer } from './server.ts';
import { victoriaMetrics } from './victoria-metrics.ts';

/** The lab's servers of metrics, by name. */
export const servers: Readonly<Record<string, LabServer>> = { prometheus, 'victoria-metrics': victoriaMetrics };

/** The variables by which the test suites find those that run. */
export function serverEnvironment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(servers).flatMap(([name, server]) => {
      const url = serverUrl(server);
      return url === undefined ? [] : [[`NOVACRON_LAB_${name.toUpperCase().replaceAll('-', '_')}`, url]];
    }),
  );
}
