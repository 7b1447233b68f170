import { describe, expect, it } from 'vitest';
import { sshArguments } from '../../src/transport/ssh-arguments.ts';
import { caught } from '../support/caught.ts';
import { target } from '../support/target.ts';

const args = (uri: string): string[] => sshArguments(target(uri), 'COMMAND');
const end = (host: string): string[] => ['--', host, 'COMMAND'];
const plain = ['-T', '-e', 'none'];

describe('sshArguments', () => {
  it.each([
    ['qemu+ssh://host/system', [...plain, ...end('host')]],
    ['qemu+ssh:///system', [...plain, ...end('localhost')]],
    ['qemu+ssh://ada@host:2222/system', ['-p', '2222', '-l', 'ada', ...plain, ...end('host')]],
    ['qemu+ssh://[2001:db8::1]/system', [...plain, ...end('2001:db8::1')]],
    ['qemu+ssh://host/system?keyfile=/my%20key', ['-i', '/my key', ...plain, ...end('host')]],
    ['qemu+ssh://host/system?no_tty=1', [...plain, '-o', 'BatchMode=yes', ...end('host')]],
    ['qemu+ssh://host/system?no_tty=0&no_verify=0', [...plain, ...end('host')]],
    ['qemu+ssh://host/system?no_verify=1', [...plain, '-o', 'StrictHostKeyChecking=no', ...end('host')]],
    [
      'qemu+ssh://host/system?known_hosts_verify=auto',
      [...plain, '-o', 'StrictHostKeyChecking=accept-new', ...end('host')],
    ],
    [
      'qemu+ssh://host/system?known_hosts_verify=ignore',
      [...plain, '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', ...end('host')],
    ],
    ['qemu+ssh://host/system?known_hosts_verify=normal', [...plain, ...end('host')]],
    ['qemu+ssh://host/system?known_hosts=/a%20b', [...plain, '-o', 'UserKnownHostsFile="/a b"', ...end('host')]],
    [
      'qemu+ssh://host/system?sshauth=password,agent,privkey',
      [...plain, '-o', 'PreferredAuthentications=password,publickey', ...end('host')],
    ],
  ])('of %s', (uri, expected) => {
    expect(args(uri)).toEqual(expected);
  });

  it('hold no host for an option', () => {
    expect(args('qemu+ssh://-oProxyCommand=evil/system').slice(-3)).toEqual(end('-oProxyCommand=evil'));
  });

  it('are refused when they make no sense', async () => {
    const unknown = await caught(() => args('qemu+ssh://host/system?sshauth=agent,magic'));
    expect(unknown.message).toContain('"magic" is no way to log in; there are agent, privkey, password');
    expect(await caught(() => args('qemu+ssh://host/system?known_hosts=/a"b'))).toMatchObject({
      code: 'LIBVIRT_ARGUMENT_INVALID',
    });
  });
});
