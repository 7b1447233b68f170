import type { VmSize } from '../spec/operations/vm-devices.ts';
import type { Machine } from './machine.ts';

/** The machines of a simulated host, found by id, name or token without a look at each of them. */
export class Machines {
  readonly #byId = new Map<string, Machine>();
  readonly #byName = new Map<string, Machine>();
  readonly #byToken = new Map<string, Machine>();
  #memoryBytes = 0;

  /** What all of them have, in bytes, on or off. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /** The machine of this id. */
  get(id: string): Machine | undefined {
    return this.#byId.get(id);
  }

  /** The machine of this name. */
  named(name: string): Machine | undefined {
    return this.#byName.get(name);
  }

  /** The machine that was made under this token. */
  madeUnder(clientToken: string): Machine | undefined {
    return this.#byToken.get(clientToken);
  }

  /** All of them, in the order in which they came. */
  values(): IterableIterator<Machine> {
    return this.#byId.values();
  }

  /** Adds a machine, in the place of one of the same id. */
  add(machine: Machine): void {
    this.delete(machine.id);
    this.#byId.set(machine.id, machine);
    this.#byName.set(machine.spec.name, machine);
    if (machine.clientToken !== undefined) this.#byToken.set(machine.clientToken, machine);
    this.#memoryBytes += machine.memoryBytes;
  }

  /** Forgets the machine of this id. */
  delete(id: string): void {
    const machine = this.#byId.get(id);
    if (machine === undefined) return;
    const { spec, clientToken = '', memoryBytes } = machine;
    this.#byId.delete(id);
    if (this.#byName.get(spec.name) === machine) this.#byName.delete(spec.name);
    if (this.#byToken.get(clientToken) === machine) this.#byToken.delete(clientToken);
    this.#memoryBytes -= memoryBytes;
  }

  /** Gives one of them another name. */
  rename(machine: Machine, name: string): void {
    if (this.#byName.get(machine.spec.name) === machine) this.#byName.delete(machine.spec.name);
    machine.spec = { ...machine.spec, name };
    this.#byName.set(name, machine);
  }

  /** Gives one of them another size; what is absent stays. */
  resize(machine: Machine, { vcpus = machine.vcpus, memoryBytes = machine.memoryBytes }: VmSize): void {
    this.#memoryBytes += memoryBytes - machine.memoryBytes;
    Object.assign(machine, { vcpus, memoryBytes });
  }
}
