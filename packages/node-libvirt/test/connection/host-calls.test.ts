import { describe, expect, it } from 'vitest';
import { type Connection, procedures as p } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { dom, long, parameter, unsigned } from '../support/fake-domain.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();
const connection = (): Connection => wire.connection;

describe('a connection, about the daemon', () => {
  itAsks<Connection>(wire, connection, [
    ['its URI', (c) => c.getURI(), p.connectGetUri, undefined, { uri: 'qemu:///system' }, 'qemu:///system'],
    ['whether somebody can listen', (c) => c.isSecure(), p.connectIsSecure, undefined, { secure: 1 }, true],
    ['its firmware', (c) => c.getSysinfo(), p.connectGetSysinfo, { flags: 0 }, { sysinfo: '<s/>' }, '<s/>'],
    ['the most CPUs', (c) => c.getMaxVcpus('kvm'), p.connectGetMaxVcpus, { type: 'kvm' }, { maxVcpus: 255 }, 255],
    [
      'for whom it speaks',
      (c) => c.setIdentity({ userName: 'ann', unixUserId: 1000, processId: 7 }),
      p.connectSetIdentity,
      {
        params: [parameter('user-name', 'ann'), parameter('unix-user-id', 1000n), long('process-id', 7n)],
        flags: 0,
      },
    ],
  ]);
});

describe('a connection, about the host', () => {
  itAsks<Connection>(wire, connection, [
    ['free memory', (c) => c.getFreeMemory(), p.nodeGetFreeMemory, undefined, { freeMem: 2 ** 34 }, 2 ** 34],
    [
      'free memory of NUMA nodes',
      (c) => c.getCellsFreeMemory(0, 2),
      p.nodeGetCellsFreeMemory,
      { startCell: 0, maxcells: 2 },
      { cells: [1, 2] },
      [1, 2],
    ],
    [
      'CPUs',
      (c) => c.getCPUMap(),
      p.nodeGetCpuMap,
      { needMap: 1, needOnline: 1, flags: 0 },
      { cpumap: Uint8Array.of(0b101), online: 2, ret: 4 },
      { cpus: 4, online: [0, 2] },
    ],
    [
      'CPU time, in two steps: the daemon takes no other number than it has',
      (c) => c.getCPUStats({ cpu: 1 }),
      p.nodeGetCpuStats,
      [
        { cpuNum: 1, nparams: 0, flags: 0 },
        { cpuNum: 1, nparams: 3, flags: 0 },
      ],
      {
        params: [
          { field: 'user', value: 5n },
          { field: 'intr', value: 6n },
          { field: 'steal', value: 7n },
        ],
        nparams: 3,
      },
      { userNs: 5, interruptNs: 6, parameters: { user: 5, intr: 6, steal: 7 } },
    ],
    [
      'memory, in bytes',
      (c) => c.getMemoryStats(),
      p.nodeGetMemoryStats,
      [
        { cellNum: -1, nparams: 0, flags: 0 },
        { cellNum: -1, nparams: 1, flags: 0 },
      ],
      { params: [{ field: 'total', value: 4n }], nparams: 1 },
      { totalBytes: 4096, parameters: { total: 4 } },
    ],
    [
      'how memory is shared',
      (c) => c.getMemoryParameters(),
      p.nodeGetMemoryParameters,
      { nparams: 64, flags: 4 },
      { params: [unsigned('shm_pages_to_scan', 100), parameter('shm_full_scans', 9n)], nparams: 2 },
      { sharedPagesToScan: 100, fullScans: 9, parameters: { shm_pages_to_scan: 100, shm_full_scans: 9 } },
    ],
    [
      'memory is shared faster',
      (c) => c.setMemoryParameters({ sharedSleepMs: 20, sharedMergeAcrossNodes: 1 }),
      p.nodeSetMemoryParameters,
      { params: [unsigned('shm_sleep_millisecs', 20), unsigned('shm_merge_across_nodes', 1)], flags: 0 },
    ],
    [
      'encrypted memory',
      (c) => c.getSEVInfo(),
      p.nodeGetSevInfo,
      { nparams: 64, flags: 4 },
      { params: [parameter('pdh', 'cGRo'), unsigned('cbitpos', 51)], nparams: 2 },
      { pdh: 'cGRo', cBitPosition: 51, parameters: { pdh: 'cGRo', cbitpos: 51 } },
    ],
    [
      'the security driver',
      (c) => c.getSecurityModel(),
      p.nodeGetSecurityModel,
      undefined,
      { model: 'selinux', doi: '0' },
      { model: 'selinux', doi: '0' },
    ],
    [
      'it sleeps',
      (c) => c.suspendForDuration('disk', 60),
      p.nodeSuspendForDuration,
      { target: 1, duration: 60, flags: 0 },
    ],
    [
      'free pages of two sizes on two NUMA nodes',
      (c) => c.getFreePages([4096, 2_097_152], 0, 2),
      p.nodeGetFreePages,
      { pages: [4, 2048], startCell: 0, cellCount: 2, flags: 0 },
      { counts: [10, 1, 20, 2] },
      [
        [10, 1],
        [20, 2],
      ],
    ],
    [
      'free pages of no size',
      (c) => c.getFreePages([], -1),
      p.nodeGetFreePages,
      { pages: [], startCell: -1, cellCount: 1, flags: 0 },
      { counts: [1] },
      [],
    ],
    [
      'more pages',
      (c) => c.allocPages([{ pageBytes: 2_097_152, count: 8 }], { set: true }),
      p.nodeAllocPages,
      { pageSizes: [2048], pageCounts: [8], startCell: -1, cellCount: 1, flags: 1 },
      { ret: 1 },
      1,
    ],
  ]);

  it('knows three depths of sleep', async () => {
    expect(await caught(connection().suspendForDuration('nap' as 'disk', 60))).toMatchObject({ kind: 'invalid' });
  });
});

describe('a connection, about models of CPUs', () => {
  const nothing = { emulator: undefined, arch: undefined, machine: undefined, virttype: undefined };
  itAsks<Connection>(wire, connection, [
    [
      'what a domain can have',
      (c) => c.getDomainCapabilities({ arch: 'x86_64', virtType: 'kvm', disableDeprecatedFeatures: true }),
      p.connectGetDomainCapabilities,
      { emulatorbin: undefined, arch: 'x86_64', machine: undefined, virttype: 'kvm', flags: 1 },
      { capabilities: '<domainCapabilities/>' },
      '<domainCapabilities/>',
    ],
    [
      'which there are',
      (c) => c.getCPUModelNames('x86_64'),
      p.connectGetCpuModelNames,
      { arch: 'x86_64', needResults: 1, flags: 0 },
      { models: ['486'], ret: 1 },
      ['486'],
    ],
    [
      "the host's is compared",
      (c) => c.compareCPU('<cpu/>', { failIncompatible: true }),
      p.connectCompareCpu,
      { xml: '<cpu/>', flags: 1 },
      { result: 2 },
      'superset',
    ],
    [
      "a hypervisor's is compared",
      (c) => c.compareHypervisorCPU('<cpu/>', { machine: 'q35', validateXml: true }),
      p.connectCompareHypervisorCpu,
      { ...nothing, machine: 'q35', xmlCPU: '<cpu/>', flags: 2 },
      { result: 0 },
      'incompatible',
    ],
    [
      'what all hosts can',
      (c) => c.baselineCPU(['<cpu/>', '<cpu/>'], { migratable: true }),
      p.connectBaselineCpu,
      { xmlCPUs: ['<cpu/>', '<cpu/>'], flags: 2 },
      { cpu: '<cpu/>' },
      '<cpu/>',
    ],
    [
      'what all hypervisors can',
      (c) => c.baselineHypervisorCPU(['<cpu/>'], { expandFeatures: true, emulator: '/usr/bin/qemu' }),
      p.connectBaselineHypervisorCpu,
      { ...nothing, emulator: '/usr/bin/qemu', xmlCPUs: ['<cpu/>'], flags: 1 },
      { cpu: '<cpu/>' },
      '<cpu/>',
    ],
  ]);
});

describe('a connection, about domains', () => {
  itAsks<Connection>(wire, connection, [
    ['how many run', (c) => c.numOfDomains(), p.connectNumOfDomains, undefined, { num: 1 }, 1],
    ['how many are off', (c) => c.numOfDefinedDomains(), p.connectNumOfDefinedDomains, undefined, { num: 2 }, 2],
    ['numbers', (c) => c.listDomains(), p.connectListDomains, { maxids: 16_384 }, { ids: [3] }, [3]],
    [
      'names',
      (c) => c.listDefinedDomains(),
      p.connectListDefinedDomains,
      { maxnames: 16_384 },
      { names: ['a'] },
      ['a'],
    ],
    [
      'one comes back from a file',
      (c) => c.restoreDomain('/f', { dxml: '<domain/>', running: true, resetNvram: true }),
      p.domainRestoreFlags,
      { from: '/f', dxml: '<domain/>', flags: 10 },
    ],
    [
      'one comes back from a file by several channels',
      (c) => c.restoreDomain('/f', { parallelChannels: 2 }),
      p.domainRestoreParams,
      { params: [parameter('file', '/f'), parameter('parallel.channels', 2)], flags: 0 },
    ],
    [
      'the XML in a file',
      (c) => c.saveImageGetXMLDesc('/f', { secure: true }),
      p.domainSaveImageGetXmlDesc,
      { file: '/f', flags: 1 },
      { xml: '<domain/>' },
      '<domain/>',
    ],
    [
      'other XML in a file',
      (c) => c.saveImageDefineXML('/f', '<domain/>', { paused: true }),
      p.domainSaveImageDefineXml,
      { file: '/f', dxml: '<domain/>', flags: 4 },
    ],
    [
      'XML from a command line',
      (c) => c.domainXMLFromNative('qemu-argv', 'qemu'),
      p.connectDomainXmlFromNative,
      { nativeFormat: 'qemu-argv', nativeConfig: 'qemu', flags: 0 },
      { domainXml: '<domain/>' },
      '<domain/>',
    ],
    [
      'a command line from XML',
      (c) => c.domainXMLToNative('qemu-argv', '<domain/>'),
      p.connectDomainXmlToNative,
      { nativeFormat: 'qemu-argv', domainXml: '<domain/>', flags: 0 },
      { nativeConfig: 'qemu' },
      'qemu',
    ],
    ['a QEMU is taken over', (c) => c.qemuAttach(4711), p.qemuDomainAttach, { pidValue: 4711, flags: 0 }, { dom }, dom],
  ]);

  it('has no statistics of groups that are not', async () => {
    expect(await caught(connection().getAllDomainStats({ groups: ['disk' as 'block'] }))).toMatchObject({
      code: 'LIBVIRT_ARGUMENT_INVALID',
    });
  });
});
