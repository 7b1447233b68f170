import { join } from 'node:path';
import type { LabServer } from './server.ts';
import { directory } from './state.ts';

/**
 * A VictoriaMetrics on one node, that shows what it was given as soon as it is flushed.
 *
 * @param folder - All that it writes is below it.
 */
export function victoriaMetricsIn(folder: string): LabServer {
  return {
    command: 'victoria-metrics',
    folder,
    readyPath: '/health',
    parameters: (address) => [
      `-storageDataPath=${join(folder, 'data')}`,
      `-httpListenAddr=${address}`,
      '-retentionPeriod=100y',
      '-search.latencyOffset=0s',
      '-search.disableCache',
      '-loggerLevel=WARN',
    ],
  };
}

/** The lab's own. */
export const victoriaMetrics: LabServer = victoriaMetricsIn(join(directory, 'victoria-metrics'));
