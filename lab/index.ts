/**
 * Brings real peers up and down on this machine, isolated from all that runs here.
 *
 *     npm run lab -- up      start what does not run, print how to reach it
 *     npm run lab -- down    end all of it, remove every trace
 *     npm run lab -- status  say what runs
 */
import { installPackages } from './install.ts';
import { down, up } from './libvirt.ts';
import { daemons, environment, isRunning } from './state.ts';

const [command = 'help', what = 'libvirt'] = process.argv.slice(2);

try {
  if (what !== 'libvirt') throw new Error(`There is no peer "${what}". There is: libvirt.`);
  switch (command) {
    case 'up':
      installPackages();
      await up();
      for (const [name, value] of Object.entries(environment())) console.log(`export ${name}='${value}'`);
      break;
    case 'down':
      await down();
      break;
    case 'status':
      for (const daemon of daemons) console.log(`${daemon.name}: ${isRunning(daemon) ? `up, ${daemon.uri}` : 'down'}`);
      break;
    default:
      throw new Error('Usage: npm run lab -- up | down | status [libvirt]');
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
