/** Runs the suites that need the lab: the one that `npm run lab -- up` started, or the one in NOVACRON_LAB. */
import { spawnSync } from 'node:child_process';
import { onnxEnvironment } from './onnx.ts';
import { serverEnvironment } from './servers.ts';
import { environment, isRunning, main } from './state.ts';

if (process.env['NOVACRON_LAB'] === undefined && !isRunning(main)) {
  console.error('The lab is down. Start it with: npm run lab -- up');
  process.exit(1);
}
const { status } = spawnSync('vitest', ['run', '--config', 'vitest.lab.config.ts', ...process.argv.slice(2)], {
  env: { ...environment(), ...serverEnvironment(), ...onnxEnvironment(), ...process.env },
  stdio: 'inherit',
});
process.exit(status ?? 1);
