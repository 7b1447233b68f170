import { HypervisorError } from '../../error.ts';
import type { ConsoleStream } from '../../spec/operations/vm-devices.ts';
import type { Machine } from '../machine.ts';

/**
 * Opens the console of a simulated machine: the guest gives back what is typed.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when somebody has it open and it is not taken by force.
 */
export function openConsole(machine: Machine, force: boolean | undefined): ConsoleStream {
  if (machine.console !== undefined && !force) {
    const { name } = machine.spec;
    throw new HypervisorError({
      kind: 'conflict',
      message: `The console of VM ${JSON.stringify(name)} is open elsewhere; take it with force`,
      details: { vm: name },
    });
  }
  machine.console?.end();
  let end = (): void => {};
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
    start(controller) {
      end = () => {
        controller.terminate();
        if (machine.console?.end === end) machine.console = undefined;
      };
    },
  });
  machine.console = { end };
  const close = async (): Promise<void> => {
    end();
    await readable.cancel().catch(() => {}); // somebody reads it, and ends by the writer's end
    await writable.abort().catch(() => {});
  };
  return { readable, writable, close, [Symbol.asyncDispose]: close };
}
