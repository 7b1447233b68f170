import { describe, expect, it } from 'vitest';
import { parseUri } from '../../src/index.ts';
import { processEnvironment, type SocketEnvironment, socketCandidates } from '../../src/transport/socket-candidates.ts';

const root: SocketEnvironment = {
  userId: 0,
  runtimeDirectory: undefined,
  cacheDirectory: undefined,
  homeDirectory: '/root',
};
const user: SocketEnvironment = {
  userId: 1000,
  runtimeDirectory: '/run/user/1000',
  cacheDirectory: undefined,
  homeDirectory: '/home/ada',
};
const candidates = (uri: string, environment = root, readOnly = false): string[] =>
  socketCandidates(parseUri(uri), readOnly, environment);

describe('socketCandidates', () => {
  it("tries the driver's modular daemon before libvirtd", () => {
    expect(candidates('qemu:///system')).toEqual(['/run/libvirt/virtqemud-sock', '/run/libvirt/libvirt-sock']);
    expect(candidates('lxc:///system')[0]).toBe('/run/libvirt/virtlxcd-sock');
  });

  it('takes the one that the URI asks for', () => {
    expect(candidates('qemu:///system?mode=direct')).toEqual(['/run/libvirt/virtqemud-sock']);
    expect(candidates('qemu:///system?mode=legacy')).toEqual(['/run/libvirt/libvirt-sock']);
    expect(candidates('qemu:///system?socket=/tmp/s', root, true)).toEqual(['/tmp/s']);
  });

  it('takes the sockets for reading on a read-only connection, which only the system has', () => {
    expect(candidates('qemu:///system', user, true)[1]).toBe('/run/libvirt/libvirt-sock-ro');
    expect(candidates('qemu:///session', user, true)[1]).toBe('/run/user/1000/libvirt/libvirt-sock');
  });

  it("finds a session's sockets where libvirt puts them", () => {
    expect(candidates('qemu:///session', user)[0]).toBe('/run/user/1000/libvirt/virtqemud-sock');
    expect(candidates('qemu:///session', { ...user, runtimeDirectory: undefined })[0]).toBe(
      '/home/ada/.cache/libvirt/virtqemud-sock',
    );
    expect(candidates('qemu:///session', { ...user, runtimeDirectory: undefined, cacheDirectory: '/c' })[0]).toBe(
      '/c/libvirt/virtqemud-sock',
    );
  });

  it("asks the user's own daemon for the test driver, and the system's when the user is root", () => {
    expect(candidates('test:///default', user)[1]).toBe('/run/user/1000/libvirt/libvirt-sock');
    expect(candidates('test:///default')[1]).toBe('/run/libvirt/libvirt-sock');
  });

  it('knows the user of this process', () => {
    expect(processEnvironment()).toMatchObject({ userId: process.geteuid?.() });
  });
});
