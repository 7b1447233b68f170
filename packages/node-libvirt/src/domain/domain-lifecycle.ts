import type { CallOptions } from '../rpc/call-options.ts';
import { kibibyteBytes } from '../values/units.ts';
import { numberOf, wordOf } from '../values/words.ts';
import { DomainDefinition } from './domain-definition.ts';
import { domainState, type DomainState, type DomainStateAndReason } from './domain-state.ts';
import { flagWord } from './flags.ts';
import {
  type ControlErrorReason,
  controlErrorReasons,
  type ControlState,
  controlStates,
  type SuspendTarget,
  suspendTargets,
} from './lifecycle-options.ts';
import {
  createBits,
  type CreateOptions,
  destroyBits,
  type DestroyOptions,
  shutdownBits,
  type ShutdownOptions,
} from './options.ts';

/** A domain's size and use. */
export interface DomainInfo {
  readonly state: DomainState;
  /** The memory it may have at most. */
  readonly maxMemoryBytes: number;
  /** The memory it has. */
  readonly memoryBytes: number;
  /** How many virtual CPUs it has. */
  readonly virtualCpus: number;
  /** CPU time used since it started, all its CPUs together. */
  readonly cpuTimeNs: number;
}

/** Whether libvirt can talk to what runs a domain. */
export interface ControlInfo {
  readonly state: ControlState | 'unknown';
  /** Why, when the state is `error`. */
  readonly reason: ControlErrorReason | 'unknown';
  /** How long it has been in that state. */
  readonly stateTimeMs: number;
}

/** What starts, stops and ends a domain. */
export abstract class DomainLifecycle extends DomainDefinition {
  /** What it does, and why. */
  async getState(options?: CallOptions): Promise<DomainStateAndReason> {
    const { state, reason } = await this.raw.domainGetState({ dom: this.reference }, options);
    return domainState(state, reason);
  }

  /** Its size and use. */
  async getInfo(options?: CallOptions): Promise<DomainInfo> {
    const info = await this.raw.domainGetInfo({ dom: this.reference }, options);
    return {
      state: domainState(info.state, 0).state,
      maxMemoryBytes: info.maxMem * kibibyteBytes,
      memoryBytes: info.memory * kibibyteBytes,
      virtualCpus: info.nrVirtCpu,
      cpuTimeNs: Number(info.cpuTime),
    };
  }

  /** Whether libvirt can talk to what runs it, or something has it occupied. */
  async getControlInfo(options?: CallOptions): Promise<ControlInfo> {
    const { state, details, stateTime } = await this.raw.domainGetControlInfo({ dom: this.reference }, options);
    return {
      state: wordOf(controlStates, state),
      reason: wordOf(controlErrorReasons, details),
      stateTimeMs: stateTime,
    };
  }

  /** Whether it runs or is paused. */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.raw.domainIsActive({ dom: this.reference }, options)).active === 1;
  }

  /** Starts it. @returns the domain with its new {@link Domain.id}. */
  async create(options?: CreateOptions): Promise<this> {
    const flags = flagWord(options, createBits);
    const { dom } = await this.raw.domainCreateWithFlags({ dom: this.reference, flags }, options);
    return this.sibling(this.raw, dom);
  }

  /** Asks the guest to shut down; it resolves when the guest was asked, not when it is off. */
  shutdown(options?: ShutdownOptions): Promise<void> {
    return this.raw.domainShutdownFlags({ dom: this.reference, flags: flagWord(options, shutdownBits) }, options);
  }

  /** Asks the guest to reboot; it resolves when the guest was asked. */
  reboot(options?: ShutdownOptions): Promise<void> {
    return this.raw.domainReboot({ dom: this.reference, flags: flagWord(options, shutdownBits) }, options);
  }

  /** Presses the reset button. */
  reset(options?: CallOptions): Promise<void> {
    return this.raw.domainReset({ dom: this.reference }, options);
  }

  /** Pulls the plug. */
  destroy(options?: DestroyOptions): Promise<void> {
    return this.raw.domainDestroyFlags({ dom: this.reference, flags: flagWord(options, destroyBits) }, options);
  }

  /** Stops its CPUs; its memory stays. */
  suspend(options?: CallOptions): Promise<void> {
    return this.raw.domainSuspend({ dom: this.reference }, options);
  }

  /** Lets its CPUs go on. */
  resume(options?: CallOptions): Promise<void> {
    return this.raw.domainResume({ dom: this.reference }, options);
  }

  /**
   * Asks the guest's system, through the guest agent, to sleep.
   *
   * @param durationSeconds - How long; 0 until it is woken, and the only duration that qemu takes.
   */
  async pmSuspendForDuration(target: SuspendTarget, durationSeconds: number = 0, options?: CallOptions): Promise<void> {
    const number = numberOf(suspendTargets, target, 'pmSuspendForDuration: the target');
    const args = { dom: this.reference, target: number, duration: durationSeconds };
    await this.raw.domainPmSuspendForDuration(args, options);
  }

  /** Wakes a guest whose system sleeps. */
  pmWakeup(options?: CallOptions): Promise<void> {
    return this.raw.domainPmWakeup({ dom: this.reference }, options);
  }
}
