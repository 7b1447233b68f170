/** The command line of the quick start. */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface Options {
  /** A libvirt connection URI; without one, machines are simulated. */
  readonly connect: string | undefined;
  /** A folder with `vmlinuz` and `initrd.gz` for the guests of a libvirt host. */
  readonly guest: string | undefined;
  /** Where the samples are kept. */
  readonly store: string;
  /** Where the report is written. */
  readonly report: string;
}

/** Reads the command line and makes the folders; ends the process with one line when it makes no sense. */
export function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        connect: { type: 'string' },
        guest: { type: 'string', default: process.env['NOVACRON_LAB_GUEST'] },
        store: { type: 'string', default: '.novacron/quick-start.db' },
        report: { type: 'string', default: '.novacron/report.html' },
      },
    });
    const options = {
      connect: values.connect,
      guest: values.guest,
      store: resolve(values.store),
      report: resolve(values.report),
    };
    for (const file of [options.store, options.report]) mkdirSync(dirname(file), { recursive: true });
    return options;
  } catch (error) {
    console.error(`${(error as Error).message}. Options: --connect URI, --guest FOLDER, --store FILE, --report FILE`);
    return process.exit(2);
  }
}
