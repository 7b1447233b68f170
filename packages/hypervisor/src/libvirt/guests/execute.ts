import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import type { GuestCommand, GuestCommandResult } from '../../spec/operations/guests.ts';
import { Checks, items } from '../../validate/checks.ts';
import { assertNoProblems } from '../../validate/validate-spec.ts';
import type { LibvirtHost } from '../libvirt-host.ts';

const shortestPollMs = 10;
const longestPollMs = 500;

/** What the agent answers to `guest-exec-status`. */
interface Status {
  readonly exited: boolean;
  readonly exitcode?: number;
  readonly signal?: number;
  readonly 'out-data'?: string;
  readonly 'err-data'?: string;
  readonly 'out-truncated'?: boolean;
  readonly 'err-truncated'?: boolean;
}

/**
 * Runs a program in the guest and waits for its end.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when the command is empty or no text.
 */
export async function executeInGuest(
  host: LibvirtHost,
  domain: Domain,
  command: GuestCommand,
  call: CallOptions,
): Promise<GuestCommandResult> {
  const { path, arguments: words = [], environment = {}, input } = command;
  const checks = new Checks();
  checks.text(path, 'path', 'must be the path of a program');
  const areTexts = items(words).every((word) => typeof word === 'string');
  checks.check(areTexts, 'arguments', 'must be a list of texts');
  assertNoProblems(checks.problems, 'The command');
  const { pid } = (await domain.qemuAgentCommand(
    {
      execute: 'guest-exec',
      arguments: {
        path,
        arg: words,
        env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
        'capture-output': true,
        ...(input === undefined ? {} : { 'input-data': Buffer.from(input).toString('base64') }),
      },
    },
    call,
  )) as { readonly pid: number };
  for (let waitMs = shortestPollMs; ; waitMs = Math.min(longestPollMs, waitMs * 2)) {
    const status = (await domain.qemuAgentCommand(
      { execute: 'guest-exec-status', arguments: { pid } },
      call,
    )) as Status;
    if (status.exited) return resultOf(status);
    await host.clock.sleep(waitMs, call);
  }
}

function resultOf(status: Status): GuestCommandResult {
  return {
    ...(status.exitcode === undefined ? {} : { exitCode: status.exitcode }),
    ...(status.signal === undefined ? {} : { signal: status.signal }),
    stdout: Buffer.from(status['out-data'] ?? '', 'base64').toString('utf8'),
    stderr: Buffer.from(status['err-data'] ?? '', 'base64').toString('utf8'),
    truncated: status['out-truncated'] === true || status['err-truncated'] === true,
  };
}
