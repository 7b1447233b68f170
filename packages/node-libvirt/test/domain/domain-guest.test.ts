import { describe, expect, it } from 'vitest';
import { type Domain, procedures as p } from '../../src/index.ts';
import { Failure } from '../../src/testing/fake-daemon.ts';
import { caught } from '../support/caught.ts';
import { dom, fakeDomain, parameter } from '../support/fake-domain.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();

describe('what somebody in the guest does', () => {
  itAsks<Domain>(wire, () => fakeDomain(wire), [
    [
      'its name, from the agent',
      (d) => d.getHostname({ agent: true }),
      p.domainGetHostname,
      { dom, flags: 2 },
      { hostname: 'web1' },
      'web1',
    ],
    [
      'its time, in milliseconds',
      (d) => d.getTime(),
      p.domainGetTime,
      { dom, flags: 0 },
      { seconds: 1_700_000_000, nseconds: 250_000_000 },
      1_700_000_000_250,
    ],
    [
      'its clock is set',
      (d) => d.setTime(1_700_000_000_250),
      p.domainSetTime,
      { dom, seconds: 1_700_000_000, nseconds: 250_000_000, flags: 0 },
    ],
    [
      'its clock is set by its own hardware, before 1970 too',
      (d) => d.setTime(-1, { sync: true }),
      p.domainSetTime,
      { dom, seconds: -1, nseconds: 999_000_000, flags: 1 },
    ],
    [
      'its file systems',
      (d) => d.getFSInfo(),
      p.domainGetFsinfo,
      { dom, flags: 0 },
      { info: [{ mountpoint: '/', name: 'vda1', fstype: 'ext4', devAliases: ['vda'] }], ret: 1 },
      [{ mountPoint: '/', name: 'vda1', type: 'ext4', disks: ['vda'] }],
    ],
    ['all freeze', (d) => d.fsFreeze(), p.domainFsfreeze, { dom, mountpoints: [], flags: 0 }, { filesystems: 3 }, 3],
    [
      'some thaw',
      (d) => d.fsThaw(['/', '/home']),
      p.domainFsthaw,
      { dom, mountpoints: ['/', '/home'], flags: 0 },
      { filesystems: 2 },
      2,
    ],
    [
      'what is no longer used',
      (d) => d.fsTrim(undefined, 4096),
      p.domainFstrim,
      { dom, mountPoint: undefined, minimum: 4096, flags: 0 },
    ],
    [
      'a password',
      (d) => d.setUserPassword('root', 'x', { encrypted: true }),
      p.domainSetUserPassword,
      { dom, user: 'root', password: 'x', flags: 1 },
    ],
    [
      'SSH keys',
      (d) => d.authorizedSSHKeysGet('root'),
      p.domainAuthorizedSshKeysGet,
      { dom, user: 'root', flags: 0 },
      { keys: ['ssh-ed25519 AAAA me'] },
      ['ssh-ed25519 AAAA me'],
    ],
    [
      'SSH keys are added',
      (d) => d.authorizedSSHKeysSet('root', ['k'], { append: true }),
      p.domainAuthorizedSshKeysSet,
      { dom, user: 'root', keys: ['k'], flags: 1 },
    ],
    [
      'how long the agent may take, in seconds',
      (d) => d.agentSetResponseTimeout(30),
      p.domainAgentSetResponseTimeout,
      { dom, timeout: 30, flags: 0 },
      { result: 0 },
    ],
    [
      'how long the agent may take, in a word',
      (d) => d.agentSetResponseTimeout('block'),
      p.domainAgentSetResponseTimeout,
      { dom, timeout: -2, flags: 0 },
      { result: 0 },
    ],
    [
      'a command for the agent',
      (d) => d.qemuAgentCommand({ execute: 'guest-exec', arguments: { path: '/bin/id' } }, { agentTimeout: 5 }),
      p.qemuDomainAgentCommand,
      { dom, cmd: '{"execute":"guest-exec","arguments":{"path":"/bin/id"}}', timeout: 5, flags: 0 },
      { result: '{"return":{"pid":7}}' },
      { pid: 7 },
    ],
    [
      'a command that has no answer',
      (d) => d.qemuAgentCommand({ execute: 'guest-shutdown' }),
      p.qemuDomainAgentCommand,
      { dom, cmd: '{"execute":"guest-shutdown"}', timeout: -1, flags: 0 },
      { result: undefined },
      undefined,
    ],
    [
      'a command for the monitor',
      (d) => d.qemuMonitorCommand({ execute: 'query-status' }),
      p.qemuDomainMonitorCommand,
      { dom, cmd: '{"execute":"query-status"}', flags: 0 },
      { result: '{"return":{"status":"running"},"id":"libvirt-1"}' },
      { status: 'running' },
    ],
    [
      'a line for the monitor',
      (d) => d.qemuMonitorCommandHMP('info version'),
      p.qemuDomainMonitorCommand,
      { dom, cmd: 'info version', flags: 1 },
      { result: '7.2.22' },
      '7.2.22',
    ],
    [
      'all that the agent knows',
      (d) => d.getGuestInfo(),
      p.domainGetGuestInfo,
      { dom, types: 0, flags: 0 },
      { params: [] },
      { parameters: {} },
    ],
    [
      'some of what the agent knows',
      (d) => d.getGuestInfo({ types: ['users', 'load'] }),
      p.domainGetGuestInfo,
      { dom, types: 129, flags: 0 },
      { params: [parameter('user.count', 0)] },
      { users: [], parameters: { 'user.count': 0 } },
    ],
  ]);

  it("hands QEMU's own errors on as errors", async () => {
    const domain = fakeDomain(wire);
    wire.answer(p.qemuDomainMonitorCommand, {
      result: '{"error":{"class":"CommandNotFound","desc":"The command nonsense has not been found"}}',
    });
    expect(await caught(domain.qemuMonitorCommand({ execute: 'nonsense' }))).toMatchObject({
      code: 'LIBVIRT_OPERATION_FAILED',
      kind: 'unsupported',
      message: 'QEMU: CommandNotFound: The command nonsense has not been found',
    });
    wire.answer(p.qemuDomainMonitorCommand, { result: '{"error":{}}' });
    expect(await caught(domain.qemuMonitorCommand({ execute: 'x' }))).toMatchObject({ kind: 'internal' });
    wire.answer(p.qemuDomainMonitorCommand, { result: 'no JSON at all' });
    expect(await domain.qemuMonitorCommand({ execute: 'x' })).toBe('no JSON at all');
  });

  it('fails without an agent, and keeps passwords out of errors', async () => {
    wire.server.on(p.domainSetUserPassword, () => new Failure({ code: 86, message: 'agent is not connected' }));
    const error = await caught(fakeDomain(wire).setUserPassword('root', 'hunter2'));
    expect(error).toMatchObject({ code: 'LIBVIRT_AGENT_UNRESPONSIVE', kind: 'unavailable', retryable: true });
    const long = await caught(fakeDomain(wire).setUserPassword('root', 'hunter2'.repeat(1_000_000)));
    expect(long).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
    for (const one of [error, long]) expect(`${one.stack} ${JSON.stringify(one)}`).not.toContain('hunter2');
  });

  it('knows no other words', async () => {
    expect(await caught(fakeDomain(wire).agentSetResponseTimeout('soon' as 'block'))).toMatchObject({
      kind: 'invalid',
    });
    expect(await caught(fakeDomain(wire).getGuestInfo({ types: ['cats' as 'os'] }))).toMatchObject({ kind: 'invalid' });
  });
});
