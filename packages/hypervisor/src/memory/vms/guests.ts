import { assertState } from '../../assert-allowed.ts';
import { HypervisorError } from '../../error.ts';
import type { GuestInfo, GuestNetworkInterface, GuestOperations } from '../../spec/operations/guests.ts';
import type { OperationOptions } from '../../spec/operations/options.ts';
import { Checks } from '../../validate/checks.ts';
import { assertNoProblems } from '../../validate/validate-spec.ts';
import type { Machine } from '../machine.ts';
import type { MemoryHost } from '../memory-host.ts';

const pollMs = 50;

/** Simulated guests: they keep files, and run what `guestPrograms` says. */
export function memoryGuests(host: MemoryHost): GuestOperations {
  const on = <T>(
    vm: string,
    options: OperationOptions | undefined,
    task: (machine: Machine) => Promise<T> | T,
  ): Promise<T> =>
    host.call(options, async (signal) => {
      const machine = host.find(vm);
      assertState('reach the agent', machine.spec.name, machine.state, ['running']);
      await host.disturb('guest', machine.spec.name, signal);
      if (machine.spec.guestAgent === false) throw silent(machine.spec.name);
      return task(machine);
    });
  const hostDifferenceMs = new Map<string, number>();

  return {
    waitForAgent: (vm, options) =>
      host.call(options, async (signal) => {
        const machine = host.find(vm);
        assertState('reach the agent', machine.spec.name, machine.state, ['running', 'starting']);
        while (machine.state !== 'running' || machine.spec.guestAgent === false) await host.sleep(pollMs, { signal });
      }),
    execute: (vm, command, options) =>
      on(vm, options, ({ spec }) => {
        const checks = new Checks();
        checks.text(command.path, 'path', 'must be the path of a program');
        assertNoProblems(checks.problems, 'The command');
        return { exitCode: 0, stdout: '', stderr: '', truncated: false, ...host.guestPrograms(spec.name, command) };
      }),
    readFile: (vm, path, options) =>
      on(vm, options, ({ files, spec }) => {
        const { limitBytes = 16 * 1024 ** 2 } = options ?? {};
        const content = files.get(path);
        if (content === undefined) {
          throw new HypervisorError({
            kind: 'internal',
            message: `The guest of VM ${JSON.stringify(spec.name)} has no file ${path}`,
            details: { vm: spec.name, path },
          });
        }
        if (content.length <= limitBytes) return content.slice();
        throw new HypervisorError({
          kind: 'capacity',
          message: `${path} has more than ${limitBytes} bytes; raise limitBytes to read it`,
          details: { vm: spec.name, path, limitBytes },
        });
      }),
    writeFile: (vm, path, content, options) =>
      on(vm, options, ({ files }) => {
        files.set(path, typeof content === 'string' ? new TextEncoder().encode(content) : content.slice());
      }),
    addresses: (vm, options) => on(vm, options, addressesOf),
    info: (vm, options) => on(vm, options, infoOf),
    freeze: (vm, options) => on(vm, options, () => 1),
    thaw: (vm, options) => on(vm, options, () => 1),
    trim: (vm, options) => on(vm, options, () => {}),
    setPassword: (vm, _user, _password, options) => on(vm, options, () => {}),
    getTime: (vm, options) => on(vm, options, ({ id }) => host.clock.now() + (hostDifferenceMs.get(id) ?? 0)),
    setTime: (vm, timeMs, options) =>
      on(vm, options, ({ id }) => void hostDifferenceMs.set(id, (timeMs ?? host.clock.now()) - host.clock.now())),
  };
}

/** The network interfaces of a simulated guest. */
export const addressesOf = ({ spec }: Machine): readonly GuestNetworkInterface[] =>
  (spec.networks ?? []).map(({ macAddress }, index) => ({
    name: `eth${index}`,
    ...(macAddress === undefined ? {} : { macAddress: macAddress.toLowerCase() }),
    addresses: [`192.168.122.${10 + index}/24`],
  }));

/** What a simulated guest tells of itself. */
export const infoOf = ({ spec }: Machine): GuestInfo => ({
  hostname: spec.name,
  osName: spec.os ?? 'linux',
  fileSystems: [{ mountPoint: '/', type: 'ext4' }],
});

function silent(vm: string): HypervisorError {
  return new HypervisorError({
    kind: 'unavailable',
    message: `The guest of VM ${JSON.stringify(vm)} has no agent`,
    details: { vm },
  });
}
