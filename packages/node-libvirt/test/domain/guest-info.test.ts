import { describe, expect, it } from 'vitest';
import { readGuestInfo } from '../../src/domain/guest-info.ts';
import { parameter } from '../support/fake-domain.ts';

describe('what a guest agent tells', () => {
  it('becomes an object, with what is not known left out', () => {
    const params = Object.entries({
      'user.count': 1,
      'user.0.name': 'root',
      'user.0.login-time': 1_700_000_000_000n,
      'os.id': 'debian',
      'os.pretty-name': 'Debian GNU/Linux 12',
      'timezone.name': 'CET',
      'timezone.offset': 3600,
      hostname: 'web1',
      'fs.count': 1,
      'fs.0.mountpoint': '/',
      'fs.0.fstype': 'ext4',
      'fs.0.total-bytes': 1000n,
      'fs.0.used-bytes': 10n,
      'fs.0.disk.count': 1,
      'fs.0.disk.0.alias': 'vda',
      'fs.0.disk.0.device': '/dev/vda1',
      'disk.count': 2,
      'disk.0.name': '/dev/vda',
      'disk.0.partition': false,
      'disk.0.alias': 'vda',
      'disk.1.name': '/dev/dm-0',
      'disk.1.dependency.count': 1,
      'disk.1.dependency.0.name': '/dev/vda',
      'if.count': 1,
      'if.0.name': 'eth0',
      'if.0.hwaddr': '52:54:00:00:00:01',
      'if.0.addr.count': 2,
      'if.0.addr.0.type': 'ipv4',
      'if.0.addr.0.addr': '10.0.0.2',
      'if.0.addr.0.prefix': 24,
      'if.0.addr.1.type': 'ipv6',
      'if.0.addr.1.addr': 'fe80::2',
      'if.0.addr.1.prefix': 64,
      'load.1m': 1,
      'load.5m': 2,
      'load.15m': 3,
      'cats.count': 9,
    }).map(([name, value]) => parameter(name, value));
    const { parameters, ...info } = readGuestInfo(params);
    expect(info).toEqual({
      users: [{ name: 'root', loginTimeMs: 1_700_000_000_000 }],
      os: { id: 'debian', prettyName: 'Debian GNU/Linux 12' },
      timezone: { name: 'CET', offsetSeconds: 3600 },
      hostname: 'web1',
      fileSystems: [
        {
          mountPoint: '/',
          type: 'ext4',
          totalBytes: 1000,
          usedBytes: 10,
          disks: [{ alias: 'vda', device: '/dev/vda1' }],
        },
      ],
      disks: [
        { name: '/dev/vda', partition: false, alias: 'vda', dependencies: [] },
        { name: '/dev/dm-0', dependencies: ['/dev/vda'] },
      ],
      interfaces: [
        {
          name: 'eth0',
          mac: '52:54:00:00:00:01',
          addresses: [
            { family: 'ipv4', address: '10.0.0.2', prefixLength: 24 },
            { family: 'ipv6', address: 'fe80::2', prefixLength: 64 },
          ],
        },
      ],
      load: { oneMinute: 1, fiveMinutes: 2, fifteenMinutes: 3 },
    });
    expect(parameters['cats.count']).toBe(9);
  });

  it('may be nothing, or a count that is not true', () => {
    expect(readGuestInfo([])).toEqual({ parameters: {} });
    expect(readGuestInfo([parameter('disk.count', 2_147_483_647)]).disks).toHaveLength(2048);
    expect(readGuestInfo([parameter('if.count', 1)]).interfaces).toEqual([{ name: '', addresses: [] }]);
  });
});
