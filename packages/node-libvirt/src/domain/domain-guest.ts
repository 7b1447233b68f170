import { constants } from '../protocol/constants.gen.ts';
import { LibvirtError } from '../error/libvirt-error.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { bitsOf, numberOf } from '../values/words.ts';
import { DomainSecurity } from './domain-security.ts';
import { flagWord } from './flags.ts';
import { type GuestInfo, type GuestInfoType, guestInfoTypes, readGuestInfo } from './guest-info.ts';
import {
  type AgentCommandOptions,
  type AgentTimeout,
  agentTimeouts,
  authorizedSshKeysBits,
  type AuthorizedSSHKeysOptions,
  type FSInfo,
  hostnameBits,
  type HostnameOptions,
  type QemuCommand,
  setTimeBits,
  type SetTimeOptions,
  userPasswordBits,
  type UserPasswordOptions,
} from './guest-options.ts';

/** What needs somebody inside the guest, nearly always the QEMU guest agent. Without one, `LIBVIRT_AGENT_UNRESPONSIVE`. */
export abstract class DomainGuest extends DomainSecurity {
  /** The guest's name. */
  async getHostname(options?: HostnameOptions): Promise<string> {
    const flags = flagWord(options, hostnameBits);
    return (await this.raw.domainGetHostname({ dom: this.reference, flags }, options)).hostname;
  }

  /** The time of the guest's clock, epoch milliseconds. */
  async getTime(options?: CallOptions): Promise<number> {
    const { seconds, nseconds } = await this.raw.domainGetTime({ dom: this.reference }, options);
    return seconds * 1000 + nseconds / 1e6;
  }

  /** Sets the guest's clock. @param epochMs - The time; of no meaning with `sync`. */
  setTime(epochMs: number, options?: SetTimeOptions): Promise<void> {
    const seconds = Math.floor(epochMs / 1000);
    const nseconds = Math.round((epochMs - seconds * 1000) * 1e6);
    const flags = flagWord(options, setTimeBits);
    return this.raw.domainSetTime({ dom: this.reference, seconds, nseconds, flags }, options);
  }

  /** What the guest agent tells: about all that it knows, or about some. */
  async getGuestInfo(
    options?: CallOptions & { readonly types?: readonly GuestInfoType[] | undefined },
  ): Promise<GuestInfo> {
    const types = bitsOf(guestInfoTypes, options?.types, 'getGuestInfo: a type');
    return readGuestInfo((await this.raw.domainGetGuestInfo({ dom: this.reference, types }, options)).params);
  }

  /** The file systems that the guest has mounted. */
  async getFSInfo(options?: CallOptions): Promise<FSInfo[]> {
    const { info } = await this.raw.domainGetFsinfo({ dom: this.reference }, options);
    return info.map(({ mountpoint, name, fstype, devAliases }) => ({
      mountPoint: mountpoint,
      name,
      type: fstype,
      disks: devAliases,
    }));
  }

  /** Lets the guest write all of some file systems to disk and hold new writes. @returns how many were frozen. */
  async fsFreeze(mountPoints: readonly string[] = [], options?: CallOptions): Promise<number> {
    return (await this.raw.domainFsfreeze({ dom: this.reference, mountpoints: [...mountPoints] }, options)).filesystems;
  }

  /** Lets the guest write again. @returns how many were thawed. */
  async fsThaw(mountPoints: readonly string[] = [], options?: CallOptions): Promise<number> {
    return (await this.raw.domainFsthaw({ dom: this.reference, mountpoints: [...mountPoints] }, options)).filesystems;
  }

  /**
   * Lets the guest tell its disks what it no longer uses.
   *
   * @param mountPoint - A file system; `undefined` for all, and all that qemu takes.
   * @param minimumBytes - Leave out shorter pieces.
   */
  fsTrim(mountPoint?: string, minimumBytes: number = 0, options?: CallOptions): Promise<void> {
    return this.raw.domainFstrim({ dom: this.reference, mountPoint, minimum: minimumBytes }, options);
  }

  /** Sets the password of a user of the guest. */
  setUserPassword(user: string, password: string, options?: UserPasswordOptions): Promise<void> {
    const flags = flagWord(options, userPasswordBits);
    return this.raw.domainSetUserPassword({ dom: this.reference, user, password, flags }, options);
  }

  /** The SSH keys that let one in as a user of the guest. */
  async authorizedSSHKeysGet(user: string, options?: CallOptions): Promise<readonly string[]> {
    return (await this.raw.domainAuthorizedSshKeysGet({ dom: this.reference, user }, options)).keys;
  }

  /** Sets the SSH keys that let one in as a user of the guest. */
  authorizedSSHKeysSet(user: string, keys: readonly string[], options?: AuthorizedSSHKeysOptions): Promise<void> {
    const flags = flagWord(options, authorizedSshKeysBits);
    return this.raw.domainAuthorizedSshKeysSet({ dom: this.reference, user, keys: [...keys], flags }, options);
  }

  /** Sets how long the guest agent may take to answer from now on. */
  async agentSetResponseTimeout(timeout: AgentTimeout, options?: CallOptions): Promise<void> {
    const seconds = agentSeconds(timeout, 'agentSetResponseTimeout: the timeout');
    await this.raw.domainAgentSetResponseTimeout({ dom: this.reference, timeout: seconds }, options);
  }

  /**
   * Sends a command to the guest agent (`virDomainQemuAgentCommand`).
   *
   * @returns what the agent returns; `undefined` for a command that has no answer.
   */
  async qemuAgentCommand(command: QemuCommand, options?: AgentCommandOptions): Promise<unknown> {
    const timeout = agentSeconds(options?.agentTimeout ?? 'default', 'qemuAgentCommand: the timeout');
    const args = { dom: this.reference, cmd: JSON.stringify(command), timeout };
    const { result } = await this.raw.qemuDomainAgentCommand(args, options);
    return result === undefined ? undefined : returned(result, 'qemuDomainAgentCommand');
  }

  /**
   * Sends a command to QEMU's monitor behind libvirt's back (`virDomainQemuMonitorCommand`): a domain that is changed
   * so is tainted.
   *
   * @returns what QEMU returns.
   */
  async qemuMonitorCommand(command: QemuCommand, options?: CallOptions): Promise<unknown> {
    const args = { dom: this.reference, cmd: JSON.stringify(command) };
    return returned((await this.raw.qemuDomainMonitorCommand(args, options)).result, 'qemuDomainMonitorCommand');
  }

  /** Sends a line in the language for people to QEMU's monitor. @returns what QEMU prints. */
  async qemuMonitorCommandHMP(line: string, options?: CallOptions): Promise<string> {
    const flags = constants.VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP;
    return (await this.raw.qemuDomainMonitorCommand({ dom: this.reference, cmd: line, flags }, options)).result;
  }
}

function agentSeconds(timeout: AgentTimeout, what: string): number {
  return typeof timeout === 'number' ? timeout : numberOf(agentTimeouts, timeout, what);
}

/** What a command returns; libvirt hands QEMU's own errors on as if they were answers. */
function returned(result: string, procedure: string): unknown {
  const reply = parsed(result);
  if (reply.error === undefined) return reply.return;
  const { class: kind = 'GenericError', desc = '' } = reply.error;
  throw new LibvirtError({
    code: 'LIBVIRT_OPERATION_FAILED',
    kind: kind === 'CommandNotFound' ? 'unsupported' : 'internal',
    message: `QEMU: ${kind}: ${desc}`,
    procedure,
  });
}

interface QemuReply {
  readonly return?: unknown;
  readonly error?: { readonly class?: string; readonly desc?: string } | undefined;
}

function parsed(result: string): QemuReply {
  try {
    return JSON.parse(result) as QemuReply;
  } catch {
    return { return: result };
  }
}
