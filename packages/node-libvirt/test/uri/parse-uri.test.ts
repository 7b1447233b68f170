import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LibvirtError, parseUri } from '../../src/index.ts';
import { caught } from '../support/caught.ts';

describe('parseUri', () => {
  it.each([
    [
      'qemu:///system',
      { driver: 'qemu', path: '/system', mode: 'auto', socketPath: undefined, daemonUri: 'qemu:///system' },
    ],
    ['qemu+unix:///session', { driver: 'qemu', path: '/session', daemonUri: 'qemu:///session' }],
    ['test:///default', { driver: 'test', path: '/default', daemonUri: 'test:///default' }],
    [
      'test+unix:///tmp/node.xml?socket=/run/x',
      { path: '/tmp/node.xml', socketPath: '/run/x', daemonUri: 'test:///tmp/node.xml' },
    ],
    ['qemu:///system?mode=legacy', { mode: 'legacy', daemonUri: 'qemu:///system' }],
    ['qemu:///embed?root=/tmp/a%20b&socket=/s', { socketPath: '/s', daemonUri: 'qemu:///embed?root=/tmp/a%20b' }],
    ['qemu:///system?socket=/tmp/with%20space', { socketPath: '/tmp/with space' }],
    ['xen:///system?name=xen:///other', { driver: 'xen', daemonUri: 'xen:///other' }],
    ['lxc://', { driver: 'lxc', path: '/', daemonUri: 'lxc:///' }],
  ])('takes %s apart', (text, parts) => {
    expect(parseUri(text)).toMatchObject(parts);
  });

  it.each([
    ['', 'an empty URI'],
    ['qemu', 'expected DRIVER[+TRANSPORT]://[HOST]/PATH'],
    ['/var/run/libvirt.sock', 'expected DRIVER[+TRANSPORT]://[HOST]/PATH'],
    ['vmware:///system', 'unknown driver "vmware"; a daemon serves qemu, lxc,'],
    ['QEMU:///system', 'unknown driver "QEMU"'],
    ['qemu+unix://host/system', 'the unix transport takes no host'],
    ['qemu:///system?mode=fast', 'mode must be auto, direct or legacy, not "fast"'],
    ['qemu:///system?socket=', 'socket must be a path'],
  ])('refuses %j and says why', async (text, why) => {
    const error = await caught(() => parseUri(text));
    expect(error).toMatchObject({ code: 'LIBVIRT_URI_INVALID', kind: 'invalid', retryable: false });
    expect(error.message).toContain(why);
  });

  it.each([
    ['qemu+ssh://root@host/system', '"ssh" is not supported yet'],
    ['qemu+tcp://host/system', '"tcp" is not supported yet'],
    ['qemu://host/system', '"tls" is not supported yet'],
    ['qemu+pigeon:///system', '"pigeon" is unknown'],
  ])('says which transports there are for %s', async (text, why) => {
    const error = await caught(() => parseUri(text));
    expect(error).toMatchObject({ code: 'LIBVIRT_TRANSPORT_UNSUPPORTED', kind: 'unsupported' });
    expect(error.message).toContain(why);
    expect(error.message).toContain('supported are unix');
  });

  it.each([
    ['qemu+tcp://root:secretpw@host/system', 'qemu+tcp://***@host/system'],
    ['qemu+unix://root:secretpw@host/system', '"***@host"'],
    ['qemu+tcp://root:secret/secretpw@host/system', 'qemu+tcp://***@host/system'],
    ['root:secretpw@host', '***@host'],
    ['qemu:///system?mode=fast&name=qemu+ssh://root:secretpw@host/', 'name=qemu+ssh://***@host/'],
    ['qemu:///system?mode=fast&name=qemu%2Bssh%3A%2F%2Froot%3Asecretpw%40host', '%2F%2F***@host'],
    ['qemu:///system?mode=fast&socket=/tmp/a@b', 'socket=/tmp/a@b'],
  ])('does not tell the password of %s', async (text, shown) => {
    const error = await caught(() => parseUri(text));
    expect(error.message).toContain(shown);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('secretpw');
  });

  it('answers any text with parts or a typed error, and quickly', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((s) => `qemu:///${s}?${s}`),
        ),
        (text) => {
          try {
            parseUri(text);
          } catch (error) {
            expect(LibvirtError.isInstance(error)).toBe(true);
          }
        },
      ),
    );
    const startedMs = performance.now();
    expect(() => parseUri(`${'a'.repeat(100_000)}://`)).toThrow();
    expect(performance.now() - startedMs).toBeLessThan(500);
  });
});
