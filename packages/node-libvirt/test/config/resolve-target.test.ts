import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clientConfigPath } from '../../src/config/client-config.ts';
import { resolveTarget } from '../../src/config/resolve-target.ts';
import { caught } from '../support/caught.ts';
import { environment } from '../support/target.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'));
});
afterEach(() => rmSync(home, { recursive: true }));

function configure(text: string): void {
  mkdirSync(join(home, '.config/libvirt'), { recursive: true });
  writeFileSync(join(home, '.config/libvirt/libvirt.conf'), text);
}

const resolve = (uri?: string, variables: Record<string, string> = {}): ReturnType<typeof resolveTarget> =>
  resolveTarget(uri, environment({ homeDirectory: home, variables }));

const aliases = `uri_aliases = [
  "hail=qemu+ssh://root@hail.cloud.example.com/system",
  "sleet=qemu+tls://sleet/system?pkipath=/p",
  "hail=test:///second",
]
`;

describe('which daemon is meant', () => {
  it('says the URI, before anything else', async () => {
    configure('uri_default = "lxc:///"');
    expect(await resolve('test:///default', { LIBVIRT_DEFAULT_URI: 'xen:///' })).toMatchObject({ driver: 'test' });
  });

  it.each([undefined, ''])('says the environment when the URI is %j, then libvirt.conf', async (uri) => {
    configure('uri_default = "lxc:///"');
    expect(await resolve(uri, { LIBVIRT_DEFAULT_URI: 'xen:///system' })).toMatchObject({ driver: 'xen' });
    expect(await resolve(uri, { LIBVIRT_DEFAULT_URI: '' })).toMatchObject({ driver: 'lxc' });
  });

  it('is for the daemon of this machine to say when nobody else does', async () => {
    expect(await resolve()).toMatchObject({ driver: 'remote', transport: 'unix', daemonUri: '' });
  });

  it('says an alias, of which the first counts', async () => {
    configure(aliases);
    expect(await resolve('hail')).toMatchObject({ transport: 'ssh', host: 'hail.cloud.example.com', user: 'root' });
    expect(await resolve('sleet')).toMatchObject({ transport: 'tls', parameters: { pkipath: '/p' } });
    expect(await resolve(undefined, { LIBVIRT_DEFAULT_URI: 'sleet' })).toMatchObject({ host: 'sleet' });
    expect(await caught(resolve('snow'))).toMatchObject({ code: 'LIBVIRT_URI_INVALID' });
  });

  it.each(['xen', 'XEN', 'xen://'])('is Xen for the old name %s', async (uri) => {
    expect(await resolve(uri)).toMatchObject({ driver: 'xen', path: '/system' });
  });
});

describe('libvirt.conf', () => {
  it("is root's in /etc/libvirt, and everybody else's own", () => {
    expect(clientConfigPath(environment({ userId: 0 }))).toBe('/etc/libvirt/libvirt.conf');
    expect(clientConfigPath(environment())).toBe('/home/ada/.config/libvirt/libvirt.conf');
    const moved = environment({ variables: { XDG_CONFIG_HOME: '/c' } });
    expect(clientConfigPath(moved)).toBe('/c/libvirt/libvirt.conf');
  });

  it('says which daemon, proxy and TLS to take where the URI does not', async () => {
    configure('remote_mode = "direct"\nremote_proxy = "native"\ntls_priority = "SECURE256"\n');
    expect(await resolve('qemu:///system')).toMatchObject({ mode: 'direct' });
    expect(await resolve('qemu:///system?mode=legacy')).toMatchObject({ mode: 'legacy' });
    expect(await resolve('qemu+ssh://h/system')).toMatchObject({ mode: 'auto', proxy: 'native' });
    expect(await resolve('qemu+ssh://h/system?proxy=netcat')).toMatchObject({ proxy: 'netcat' });
    expect(await resolve('qemu://h/system')).toMatchObject({ tlsPriority: 'SECURE256' });
    expect(await resolve('qemu://h/system?tls_priority=NORMAL')).toMatchObject({ tlsPriority: 'NORMAL' });
  });

  it('is left alone by a URI that says all itself, so that its faults harm nobody', async () => {
    configure('this is no configuration');
    expect(await resolve('qemu+tcp://h/system')).toMatchObject({ host: 'h' });
    expect(await resolve('qemu:///system?socket=/s')).toMatchObject({ socketPath: '/s' });
    expect(await caught(resolve('qemu:///system'))).toMatchObject({ code: 'LIBVIRT_CONFIG_INVALID' });
  });

  it.each([
    ['uri_default = 7', 'uri_default must be a string in quotes'],
    ['remote_mode = "fast"', 'remote_mode must be one of auto, direct, legacy'],
    ['uri_aliases = "a=b"', 'uri_aliases must be a list of strings'],
    ['uri_aliases = ["a b=test:///default"]', 'each of uri_aliases must read'],
    ['uri_aliases = ["hail"]', 'each of uri_aliases must read'],
    ['uri_aliases = [7]', 'each of uri_aliases must read'],
  ])('with %s is refused', async (text, why) => {
    configure(text);
    const error = await caught(resolve());
    expect(error).toMatchObject({ code: 'LIBVIRT_CONFIG_INVALID' });
    expect(error.message).toContain(`${home}/.config/libvirt/libvirt.conf: ${why}`);
  });

  it('that can not be read is told', async () => {
    mkdirSync(join(home, '.config/libvirt/libvirt.conf'), { recursive: true });
    const error = await caught(resolve());
    expect(error.message).toContain('it can not be read: EISDIR');
  });
});
