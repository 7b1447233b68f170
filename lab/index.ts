/**
 * Brings real peers up and down on this machine, isolated from all that runs here.
 *
 *     npm run lab -- up      start what does not run, print how to reach it
 *     npm run lab -- down    end all of it, remove every trace
 *     npm run lab -- status  say what runs
 *
 * A second word names one peer: `libvirt`, `prometheus`, `victoria-metrics` or `onnx`; without it, all of them.
 */
import { installPackages } from './install.ts';
import { down, up } from './libvirt.ts';
import { onnxDown, onnxEnvironment, onnxUp } from './onnx.ts';
import { serverDown, serverUp, serverUrl } from './server.ts';
import { serverEnvironment, servers } from './servers.ts';
import { daemons, environment, isRunning } from './state.ts';

const peers = ['libvirt', ...Object.keys(servers), 'onnx'];
const [command = 'help', what] = process.argv.slice(2);
const asked = (peer: string): boolean => what === undefined || what === peer;

try {
  if (!peers.some(asked)) throw new Error(`There is no peer "${what}". There are: ${peers.join(', ')}.`);
  switch (command) {
    case 'up':
      installPackages();
      if (asked('libvirt')) await up();
      for (const [name, server] of Object.entries(servers)) if (asked(name)) await serverUp(server);
      if (asked('onnx')) onnxUp();
      for (const [name, value] of Object.entries({ ...environment(), ...serverEnvironment(), ...onnxEnvironment() }))
        console.log(`export ${name}='${value}'`);
      break;
    case 'down':
      for (const [name, server] of Object.entries(servers)) if (asked(name)) await serverDown(server);
      if (asked('onnx')) onnxDown();
      if (asked('libvirt')) await down();
      break;
    case 'status':
      for (const daemon of daemons) console.log(`${daemon.name}: ${isRunning(daemon) ? `up, ${daemon.uri}` : 'down'}`);
      for (const [name, server] of Object.entries(servers)) console.log(`${name}: ${serverUrl(server) ?? 'down'}`);
      break;
    default:
      throw new Error(`Usage: npm run lab -- up | down | status [${peers.join(' | ')}]`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
