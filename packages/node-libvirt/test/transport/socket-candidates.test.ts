import { describe, expect, it } from 'vitest';
import { parseUri } from '../../src/index.ts';
import { processEnvironment } from '../../src/config/environment.ts';
import { socketCandidates } from '../../src/transport/socket-candidates.ts';
import { environment } from '../support/target.ts';

const root = environment({ userId: 0, homeDirectory: '/root' });
const user = environment({ variables: { XDG_RUNTIME_DIR: '/run/user/1000' } });
const candidates = (uri: string, whose = root, readOnly = false): string[] =>
  socketCandidates(parseUri(uri), readOnly, whose);

describe('socketCandidates', () => {
  it("tries the driver's modular daemon before libvirtd", () => {
    expect(candidates('qemu:///system')).toEqual(['/run/libvirt/virtqemud-sock', '/run/libvirt/libvirt-sock']);
    expect(candidates('qemu:///system', user)).toEqual(candidates('qemu:///system'));
  });

  it.each(['lxc', 'xen', 'ch', 'vbox', 'bhyve', 'network', 'storage', 'nodedev', 'secret', 'nwfilter', 'interface'])(
    'knows the daemon of the driver %s',
    (driver) => {
      expect(candidates(`${driver}:///system`)[0]).toBe(`/run/libvirt/virt${driver}d-sock`);
    },
  );

  it('takes the one that the URI asks for', () => {
    expect(candidates('qemu:///system?mode=direct')).toEqual(['/run/libvirt/virtqemud-sock']);
    expect(candidates('qemu:///system?mode=legacy')).toEqual(['/run/libvirt/libvirt-sock']);
    expect(candidates('qemu:///system?socket=/tmp/s', root, true)).toEqual(['/tmp/s']);
  });

  it('takes the sockets for reading on a read-only connection, which only the system has', () => {
    expect(candidates('qemu:///system', user, true)[1]).toBe('/run/libvirt/libvirt-sock-ro');
    expect(candidates('qemu:///session', user, true)[1]).toBe('/run/user/1000/libvirt/libvirt-sock');
  });

  it.each([
    [{ XDG_RUNTIME_DIR: '/run/user/1000' }, '/run/user/1000/libvirt'],
    [{}, '/home/ada/.cache/libvirt'],
    [{ XDG_CACHE_HOME: '/c' }, '/c/libvirt'],
    [{ XDG_RUNTIME_DIR: '', XDG_CACHE_HOME: '/c' }, '/c/libvirt'],
  ])("finds a session's sockets where libvirt puts them, with %o", (variables, directory) => {
    expect(candidates('qemu:///session', environment({ variables }))).toEqual([
      `${directory}/virtqemud-sock`,
      `${directory}/libvirt-sock`,
    ]);
  });

  it("asks the user's own daemon for the test driver; root has none but the system's", () => {
    expect(candidates('test:///default', user)[1]).toBe('/run/user/1000/libvirt/libvirt-sock');
    expect(candidates('test:///default')[1]).toBe('/run/libvirt/libvirt-sock');
    expect(candidates('qemu:///session')[1]).toBe('/run/libvirt/libvirt-sock');
    expect(candidates('lxc:///', user)[1]).toBe('/run/libvirt/libvirt-sock');
  });

  it('asks all in the order in which libvirt does when no driver is named', () => {
    expect(candidates('remote+unix:///')).toEqual(
      ['virtxend', 'virtqemud', 'virtlxcd', 'virtvboxd', 'virtbhyved', 'virtvzd', 'libvirt'].map(
        (daemon) => `/run/libvirt/${daemon}-sock`,
      ),
    );
    expect(candidates('remote+unix:///', user)).toEqual(
      ['virtqemud', 'virtvboxd', 'libvirt'].map((daemon) => `/run/user/1000/libvirt/${daemon}-sock`),
    );
  });

  it('knows the user of this process', () => {
    expect(processEnvironment()).toMatchObject({ userId: process.geteuid?.(), homeDirectory: process.env['HOME'] });
  });
});
