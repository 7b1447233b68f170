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
    ['network:///system', { driver: 'network', daemonUri: 'network:///system' }],
    ['remote+unix:///', { driver: 'remote', daemonUri: '' }],
  ])('takes %s apart', (text, parts) => {
    expect(parseUri(text)).toMatchObject({ transport: 'unix', host: undefined, ...parts });
  });

  it.each([
    ['qemu://host/system', { transport: 'tls', host: 'host', port: undefined, user: undefined }],
    ['qemu+tls:///system', { transport: 'tls', host: undefined }],
    [
      'xen+ssh://rjones@towada/system',
      { transport: 'ssh', user: 'rjones', host: 'towada', daemonUri: 'xen:///system' },
    ],
    ['qemu+SSH://root@host:2222/system', { transport: 'ssh', user: 'root', port: 2222 }],
    ['test+tcp://localhost:5000/default', { transport: 'tcp', port: 5000, daemonUri: 'test:///default' }],
    ['qemu+tcp://[::1]:16509/system', { host: '::1', port: 16_509 }],
    ['qemu+tls://[fe80::1%25eth0]/system', { host: 'fe80::1%eth0' }],
    ['qemu+ssh://a%40corp@host/system', { user: 'a@corp' }],
    ['qemu+ssh://root@/system', { user: 'root', host: undefined }],
    ['qemu+libssh2://user@host/system?known_hosts=/h', { transport: 'libssh2', parameters: { known_hosts: '/h' } }],
    ['qemu+libssh://host/system', { transport: 'libssh' }],
    ['qemu+ext:///system?command=/bin/tunnel', { transport: 'ext', parameters: { command: '/bin/tunnel' } }],
    ['qemu+tcp://host', { path: '/', daemonUri: 'qemu:///' }],
    [
      'qemu+ssh://host/system?no_tty=1&keyfile=/k&project=7&proxy=netcat',
      {
        parameters: { no_tty: '1', keyfile: '/k', project: '7', proxy: 'netcat' },
        daemonUri: 'qemu:///system?project=7',
      },
    ],
  ])('takes %s apart', (text, parts) => {
    expect(parseUri(text)).toMatchObject(parts);
  });

  it('reads a query as libvirt does', () => {
    const read = (query: string): unknown => parseUri(`qemu:///system?${query}`).parameters;
    expect(read('NetCat=/bin/a+b')).toEqual({ netcat: '/bin/a+b' });
    expect(read('a=1;b=2')).toEqual({ a: '1', b: '2' });
    expect(read('a=1;x&b=2;c=3')).toEqual({ a: '1;x', b: '2', c: '3' });
    expect(read('flag&&=nothing&a=b=c')).toEqual({ flag: '', a: 'b=c' });
    expect(read('a=1&a=2')).toEqual({ a: '2' });
    expect(read('__proto__=x&toString=y')).toEqual(
      Object.fromEntries([
        ['__proto__', 'x'],
        ['tostring', 'y'],
      ]),
    );
  });

  it('keeps to itself what only concerns the way, and hands on the rest as it was written', () => {
    const own =
      'name=&mode=auto&socket=/s&auth=sasl&authfile=/a&command=c&keyfile=/k&known_hosts=/h&known_hosts_verify=auto&netcat=nc&no_sanity=1&no_tty=0&no_verify=1&pkipath=/p&proxy=auto&sshauth=agent&tls_priority=NORMAL';
    expect(parseUri(`lxc://h/?${own.replace('name=&', '')}`).daemonUri).toBe('lxc:///');
    expect(parseUri(`lxc://h/?${own}`).daemonUri).toBe('');
    expect(parseUri('lxc://h/a%20b?X=%2f&No_Verify=0&y').daemonUri).toBe('lxc:///a%20b?X=%2f&y');
  });

  it.each([
    ['', 'an empty URI'],
    ['qemu', 'expected DRIVER[+TRANSPORT]://[USER@][HOST][:PORT]/PATH'],
    ['/var/run/libvirt.sock', 'expected DRIVER[+TRANSPORT]://'],
    ['qemu:///system#part', 'expected DRIVER[+TRANSPORT]://'],
    ['vmware:///system', 'unknown driver "vmware"; a daemon serves qemu, lxc,'],
    ['QEMU:///system', 'unknown driver "QEMU"'],
    ['qemu+unix://host/system', 'the unix transport takes no host'],
    ['qemu://system', 'qemu:///system is what you may want'],
    ['qemu+ssh://session/', 'qemu:///session is what you may want'],
    ['qemu+tcp://host:0/system', 'the port must be from 1 to 65535, not 0'],
    ['qemu+tcp://host:65536/system', 'the port must be from 1 to 65535'],
    ['qemu+tcp://host:x/system', 'an IPv6 address stands in [brackets]'],
    ['qemu+tcp://::1/system', 'an IPv6 address stands in [brackets]'],
    ['qemu+tcp://ho%00st/system', 'a character that none has'],
    ['qemu+ssh://a%0ab@host/system', 'a character that none has'],
    ['qemu+ssh://@host/system', 'must be percent-encoded text'],
    ['qemu+tcp://%ff/system', 'must be percent-encoded text'],
    ['qemu:///system?a=%zz', 'a % in it begins no character'],
    ['qemu:///%', 'a % in it begins no character'],
    ['test:///a%0Ab', 'the path must be one line'],
    ['qemu:///system?mode=fast', 'mode must be one of auto, direct, legacy, not "fast"'],
    ['qemu+ssh://h/system?proxy=fast', 'proxy must be one of auto, native, netcat'],
    ['qemu+ssh://h/system?known_hosts_verify=no', 'known_hosts_verify must be one of normal, auto, ignore'],
    ['qemu://h/system?no_verify=yes', 'no_verify must be 0 or 1, not "yes"'],
    ['qemu:///system?socket=', 'socket must not be empty'],
    ['qemu+ssh://h/system?netcat=a%0Ab', 'netcat must be one line of text'],
    ['qemu+ext:///system', 'needs the parameter command'],
  ])('refuses %j and says why', async (text, why) => {
    const error = await caught(() => parseUri(text));
    expect(error).toMatchObject({ code: 'LIBVIRT_URI_INVALID', kind: 'invalid', retryable: false });
    expect(error.message).toContain(why);
  });

  it('says which transports there are', async () => {
    const error = await caught(() => parseUri('qemu+pigeon:///system'));
    expect(error).toMatchObject({ code: 'LIBVIRT_TRANSPORT_UNSUPPORTED', kind: 'unsupported' });
    expect(error.message).toContain('"pigeon" is unknown; supported are unix, tcp, tls, ssh, libssh, libssh2, ext');
  });

  it.each([
    ['qemu+tcp://root:secretpw@host/system', 'a password does not belong in a URI'],
    ['qemu+tcp://root:secretpw@host/system', 'qemu+tcp://***@host/system'],
    ['qemu+unix://secretpw@host/system', '"***@host"'],
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

  it('answers any text with parts or a typed error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl({ validSchemes: ['qemu+tls', 'test+ssh'], withQueryParameters: true }),
          fc.tuple(fc.string(), fc.string(), fc.string()).map(([h, p, q]) => `qemu+tcp://${h}/${p}?${q}`),
        ),
        (text) => {
          try {
            const uri = parseUri(text);
            expect(uri.daemonUri).not.toContain('\n');
          } catch (error) {
            expect(LibvirtError.isInstance(error)).toBe(true);
          }
        },
      ),
    );
  });
});
