import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabServer } from './server.ts';
import { directory } from './state.ts';

/**
 * A Prometheus that takes remote writes.
 *
 * @param folder - All that it writes is below it.
 * @param configuration - Its `prometheus.yml`. @default it scrapes nothing
 */
export function prometheusIn(folder: string, configuration = 'global: {}\n'): LabServer {
  return {
    command: 'prometheus',
    folder,
    readyPath: '/-/ready',
    parameters: (address) => {
      mkdirSync(folder, { recursive: true });
      const file = join(folder, 'prometheus.yml');
      writeFileSync(file, configuration.replaceAll('SELF', address));
      return [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        '--storage.tsdb.retention.time=100y',
        `--web.listen-address=${address}`,
        '--web.enable-remote-write-receiver',
        '--web.enable-admin-api',
        '--log.level=warn',
      ];
    },
  };
}

/** The lab's own. */
export const prometheus: LabServer = prometheusIn(join(directory, 'prometheus'));
