/**
 * Brings real peers up and down on this machine, isolated from all that runs here.
 *
 *     npm run lab -- up      start what does not run, print how to reach it
 *     npm run lab -- down    end all of it, remove every trace
 *     npm run lab -- status  say what runs
 *
 * A second word names one peer: `libvirt` or `prometheus`; without it, all of them.
 */
import { installPackages } from './install.ts';
import { down, up } from './libvirt.ts';
import { prometheusDown, prometheusEnvironment, prometheusUp, prometheusUrl } from './prometheus.ts';
import { daemons, environment, isRunning } from './state.ts';

const peers = ['libvirt', 'prometheus'] as const;
const [command = 'help', what] = process.argv.slice(2);
const asked = (peer: (typeof peers)[number]): boolean => what === undefined || what === peer;

try {
  if (!peers.some(asked)) throw new Error(`There is no peer "${what}". There are: ${peers.join(', ')}.`);
  switch (command) {
    case 'up':
      installPackages();
      if (asked('libvirt')) await up();
      if (asked('prometheus')) await prometheusUp();
      for (const [name, value] of Object.entries({ ...environment(), ...prometheusEnvironment() }))
        console.log(`export ${name}='${value}'`);
      break;
    case 'down':
      if (asked('prometheus')) await prometheusDown();
      if (asked('libvirt')) await down();
      break;
    case 'status':
      for (const daemon of daemons) console.log(`${daemon.name}: ${isRunning(daemon) ? `up, ${daemon.uri}` : 'down'}`);
      console.log(`prometheus: ${prometheusUrl() ?? 'down'}`);
      break;
    default:
      throw new Error('Usage: npm run lab -- up | down | status [libvirt | prometheus]');
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
