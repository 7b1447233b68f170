import { specProblems, validateSpec, type VmSpec } from '@novacron/hypervisor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkProblems } from '../../src/validate/check-network-spec.ts';
import { poolProblems } from '../../src/validate/check-pool.ts';

const paths = (spec: VmSpec): string[] => specProblems(spec).map(({ path }) => path);

describe('specProblems', () => {
  it('finds nothing wrong with a full specification', () => {
    expect(
      specProblems({
        name: 'web-1 <b>ü &amp;',
        vcpus: 4096,
        memoryBytes: 1024 ** 2,
        tags: { role: '' },
        disks: [{ source: '/images/a.qcow2' }],
        networks: [{ network: 'default', macAddress: '52:54:00:AB:cd:ef' }],
        directBoot: { kernel: '/boot/vmlinuz' },
      }),
    ).toEqual([]);
  });

  it.each(['', 'a/b', 'a\nb', 'a\u0000', 'x'.repeat(251), 'ü'.repeat(126), 'a\ud800', 'a\ufffe', 'a\uffff'])(
    'refuses the name %j',
    (name) => {
      expect(paths({ name })).toEqual(['name']);
    },
  );

  it.each([0, -1, 1.5, 4097, Number.NaN, Infinity])('refuses %s CPUs', (vcpus) => {
    expect(paths({ name: 'a', vcpus })).toEqual(['vcpus']);
  });

  it.each([0, 1024, 1.5 * 1024 ** 2 + 0.5, 2 ** 60, Number.NaN])('refuses %s bytes of memory', (memoryBytes) => {
    expect(paths({ name: 'a', memoryBytes })).toEqual(['memoryBytes']);
  });

  it.each([{ description: 'a\u0001b' }, { tags: { a: '\u0000' } }, { tags: { '\u001b': 'x' } }])(
    'refuses control characters in text: %j',
    (fields) => {
      expect(paths({ name: 'a', ...fields })).toHaveLength(1);
      expect(paths({ name: 'a', description: 'two\n\tlines\r\n', tags: { a: '\n' } })).toEqual([]);
    },
  );

  it('names the place in a list', () => {
    expect(
      paths({
        name: 'a',
        tags: { '': 'x' },
        disks: [{ source: 'ok' }, { source: '' }],
        networks: [{ network: '' }, { network: 'n', macAddress: '52:54:00' }],
        directBoot: { kernel: '' },
      }),
    ).toEqual(['tags[""]', 'disks[1].source', 'networks[0].network', 'networks[1].macAddress', 'directBoot.kernel']);
  });

  it('takes names up to the last byte, in any script', () => {
    for (const name of ['x'.repeat(250), 'ü'.repeat(125), '🦊'.repeat(62)]) expect(paths({ name })).toEqual([]);
  });

  it.each([
    [{ tags: null }, 'tags'],
    [{ tags: ['a'] }, 'tags'],
    [{ tags: { a: 1 } }, 'tags["a"]'],
    [{ disks: 5 }, 'disks'],
    [{ disks: [null] }, 'disks[0]'],
    [{ networks: {} }, 'networks'],
    [{ networks: ['default'] }, 'networks[0]'],
    [{ vcpus: Object.create(null) as unknown }, 'vcpus'],
    [{ vcpus: '2' }, 'vcpus'],
    [{ memoryBytes: null }, 'memoryBytes'],
    [{ description: 5 }, 'description'],
    [{ size: {} }, 'size'],
    [{ image: 1 }, 'image'],
    [{ directBoot: {} }, 'directBoot.kernel'],
    [{ directBoot: null }, 'directBoot'],
    [{ directBoot: { kernel: '/k', initrd: 1 } }, 'directBoot.initrd'],
    [{ directBoot: { kernel: '/k', commandLine: '\u0000' } }, 'directBoot.commandLine'],
    [{ disks: [{ source: 'a', format: "raw'/><evil/>" }] }, 'disks[0].format'],
    [{ disks: [{ source: 'a', bus: 'toString' }] }, 'disks[0].bus'],
    [{ disks: [{ source: 'a', readOnly: 'no' }] }, 'disks[0].readOnly'],
    [{ disks: [{ source: 'a\u0000' }] }, 'disks[0].source'],
    [{ networks: [{ network: 'n', model: "x'/>" }] }, 'networks[0].model'],
    [{ networks: [{ network: 'n', macAddress: 7 }] }, 'networks[0].macAddress'],
    [{ networks: [{ network: 'n', user: true }] }, 'networks[0]'],
    [{ networks: [{ network: 'n', portForwards: [{ hostPort: 80 }] }] }, 'networks[0].portForwards'],
    [{ networks: [{ user: true, portForwards: [{}] }] }, 'networks[0].portForwards[0].hostPort'],
    [
      { networks: [{ user: true, portForwards: [{ hostPort: 65_000, count: 1000 }] }] },
      'networks[0].portForwards[0].hostPort',
    ],
    [
      { networks: [{ user: true, portForwards: [{ hostPort: 80, hostAddress: 'x' }] }] },
      'networks[0].portForwards[0].hostAddress',
    ],
    [{ panic: 'yes' }, 'panic'],
  ])('refuses %j at %s', (fields, path) => {
    expect(paths({ name: 'a', ...fields } as VmSpec)).toEqual([path]);
  });

  it.each([null, undefined, 5, 'web-1', [[]]])('refuses %j in place of a specification', (spec) => {
    expect(specProblems(spec as never)).toEqual([expect.objectContaining({ path: '' })]);
    expect(() => validateSpec(spec as never)).toThrow(expect.objectContaining({ kind: 'invalid' }));
  });

  it.each(['', 'x'.repeat(65), 'a\u0000', 5, null])('refuses the token %j', (clientToken) => {
    const options = { clientToken: clientToken as string };
    expect(specProblems({ name: 'a' }, options).map(({ path }) => path)).toEqual(['clientToken']);
    expect(() => validateSpec({ name: 'a' }, options)).toThrow(expect.objectContaining({ kind: 'invalid' }));
  });

  it('tells of an object without a prototype in place of a name, as of anything else', () => {
    const bare = Object.create(null) as never;
    const disks = [
      { create: { pool: bare, name: 'a', sizeBytes: 1 } },
      { create: { pool: 'p', name: bare, sizeBytes: 1 } },
    ];
    expect(specProblems({ name: 'a', disks }).map(({ path }) => path)).toEqual([
      'disks[0].create.pool',
      'disks[1].create.name',
    ]);
    const network = { name: 'n', mode: bare, dnsTexts: [{ name: bare, value: 'x' }] };
    expect(networkProblems(network).map(({ path }) => path)).toEqual(['mode', 'dnsTexts[0].name']);
    expect(poolProblems({ name: 'p', type: bare }).map(({ path }) => path)).toEqual(['type']);
    expect(poolProblems({ name: 'p', type: 'toString' as never }).map(({ path }) => path)).toEqual(['type']);
  });

  it('never fails in another way, whatever it is given', () => {
    const anything = fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true });
    const some = fc.oneof(anything, fc.array(fc.dictionary(fc.string(), anything)));
    const fields = ['name', 'vcpus', 'memoryBytes', 'size', 'image', 'tags', 'description', 'disks', 'networks'];
    const record = fc.record(Object.fromEntries([...fields, 'directBoot'].map((field) => [field, some])));
    fc.assert(
      fc.property(fc.oneof(record, anything), anything, (spec, clientToken) => {
        try {
          validateSpec(spec as VmSpec, { clientToken: clientToken as string });
        } catch (error) {
          expect(error).toMatchObject({ code: 'NOVA_HYPERVISOR_INVALID' });
        }
      }),
    );
  });
});

describe('validateSpec', () => {
  it('throws one error with all problems', () => {
    expect(() => validateSpec({ name: '', vcpus: 0 })).toThrow(
      expect.objectContaining({
        code: 'NOVA_HYPERVISOR_INVALID',
        message: expect.stringMatching(/name must be .*; vcpus must be/),
        details: { problems: [expect.objectContaining({ path: 'name' }), expect.objectContaining({ path: 'vcpus' })] },
      }),
    );
  });

  it('lets a right one pass', () => {
    expect(() => validateSpec({ name: 'a' })).not.toThrow();
  });
});

describe('specProblems of the whole specification', () => {
  const wrong: Readonly<Record<string, readonly [VmSpecFields, string]>> = {
    'two origins of a disk': [{ disks: [{ source: '/a', volume: { pool: 'p', name: 'v' } }] }, 'disks[0]'],
    'a new disk without a size': [{ disks: [{ create: { pool: 'p' } }] }, 'disks[0].create.sizeBytes'],
    'two origins of a new disk': [
      { disks: [{ create: { pool: 'p', image: { pool: 'p', name: 'a' }, backing: { pool: 'p', name: 'b' } } }] },
      'disks[0].create',
    ],
    'two new disks of one name': [
      { disks: [1, 2].map(() => ({ create: { pool: 'p', name: 'a', sizeBytes: 1 } })) },
      'disks[1].create.name',
    ],
    'a volume outside its pool': [{ disks: [{ volume: { pool: 'p', name: '../etc' } }] }, 'disks[0].volume.name'],
    'native input and output with a cache': [
      { disks: [{ source: '/a', io: 'native', cache: 'writeback' }] },
      'disks[0].io',
    ],
    'a virtio CD-ROM': [{ disks: [{ device: 'cdrom', bus: 'virtio' }] }, 'disks[0].bus'],
    'a total beside its part': [
      { disks: [{ source: '/a', limits: { bytesPerSecond: 1, readBytesPerSecond: 1 } }] },
      'disks[0].limits.bytesPerSecond',
    ],
    'two networks of one interface': [{ networks: [{ network: 'a', bridge: 'b' }] }, 'networks[0]'],
    'one MAC address twice': [
      { networks: ['52:54:00:00:00:0a', '52:54:00:00:00:0A'].map((macAddress) => ({ network: 'n', macAddress })) },
      'networks[1].macAddress',
    ],
    'the MAC address of a group': [
      { networks: [{ network: 'n', macAddress: '53:54:00:00:00:01' }] },
      'networks[0].macAddress',
    ],
    'a VLAN that does not exist': [{ networks: [{ bridge: 'b', vlan: [10, 4095] }] }, 'networks[0].vlan'],
    'a bandwidth without an average': [
      { networks: [{ network: 'n', inbound: {} as never }] },
      'networks[0].inbound.averageBytesPerSecond',
    ],
    'a topology of other CPUs': [{ vcpus: 4, cpu: { topology: { cores: 3 } } }, 'cpu.topology'],
    'fewer CPUs at most than at first': [{ vcpus: 4, cpu: { maximum: 2 } }, 'cpu.maximum'],
    'a CPU pinned twice': [
      { cpu: { pinning: [0, 0].map((vcpu) => ({ vcpu, hostCpus: [0] })) } },
      'cpu.pinning[1].vcpu',
    ],
    'a CPU that is not there': [{ cpu: { pinning: [{ vcpu: 1, hostCpus: [0] }] } }, 'cpu.pinning[0].vcpu'],
    'nodes of other memory': [{ cpu: { numa: [{ vcpus: [0], memoryBytes: 1024 ** 2 }] } }, 'cpu.numa'],
    'memory to plug in without a node': [{ memory: { maximumBytes: 2 * 1024 ** 3 } }, 'memory.maximumBytes'],
    'a page of 3 bytes': [{ memory: { hugepages: 3 } }, 'memory.hugepages'],
    'secure boot with a BIOS': [{ firmware: { type: 'bios', secureBoot: true } }, 'firmware.secureBoot'],
    'a system that nobody knows': [{ os: 'templeos' }, 'os'],
    'a long VNC password': [{ graphics: { type: 'vnc', password: '123456789' } }, 'graphics.password'],
    'a PCI device of no address': [{ hostDevices: [{ type: 'pci', address: '3b:00.0' }] }, 'hostDevices[0].address'],
    'a folder that is not absolute': [{ folders: [{ hostPath: 'srv', tag: 'x' }] }, 'folders[0].hostPath'],
    'two folders of one tag': [{ folders: [1, 2].map(() => ({ hostPath: '/srv', tag: 'x' })) }, 'folders[1].tag'],
    'a password that is not hashed': [{ cloudInit: { pool: 'p', passwordHash: 'secret' } }, 'cloudInit.passwordHash'],
    'a key of two lines': [{ cloudInit: { pool: 'p', sshKeys: ['a\nb'] } }, 'cloudInit.sshKeys[0]'],
    'a text of cloud-init beside its parts': [
      { cloudInit: { pool: 'p', user: 'a', userData: '#!' } },
      'cloudInit.userData',
    ],
    'a patch of no path': [{ xmlPatches: [{ action: 'remove', select: 'domain' }] }, 'xmlPatches[0].select'],
    'a device to boot from twice': [{ bootOrder: ['disk', 'disk'] }, 'bootOrder[1]'],
    'a socket of the host itself': [{ vsock: 2 }, 'vsock'],
  };

  it.each(Object.entries(wrong))('finds %s', (_, [fields, path]) => {
    expect(specProblems({ name: 'a', ...fields }).map((problem) => problem.path)).toEqual([path]);
  });

  it('says what would be right, and shows no secret', () => {
    const [os] = specProblems({ name: 'a', os: 'templeos' });
    expect(os?.fix).toContain('debian');
    const shown = JSON.stringify(specProblems({ name: 'a', graphics: { type: 'vnc', password: 'hunter2-hunter2' } }));
    expect(shown).not.toContain('hunter2');
    expect(
      JSON.stringify(specProblems({ name: 'a', cloudInit: { pool: 'p', passwordHash: 'hunter2' } })),
    ).not.toContain('hunter2');
  });
});

type VmSpecFields = Partial<VmSpec>;
