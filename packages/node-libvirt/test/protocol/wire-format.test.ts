import { describe, expect, it } from 'vitest';
import { procedures } from '../../src/index.ts';
import { remoteEvents } from '../../src/protocol/remote-procedures.gen.ts';
import type { Procedure } from '../../src/rpc/procedure.ts';
import { XdrReader } from '../../src/xdr/reader.ts';
import { codecOf } from '../support/codecs.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('the wire format', () => {
  it('of a domain is its name, its packed UUID and its signed number', () => {
    const domain = { name: 'web', uuid: '6f1d7c4e-0000-4000-8000-00000000000a', id: -1 };
    expect(codecOf('remote_nonnull_domain').encode(domain)).toEqual(
      hex('00000003 77656200 6f1d7c4e000040008000 00000000000a ffffffff'),
    );
  });

  it('of a value that may be absent is a flag before it', () => {
    const { encode } = codecOf('remote_connect_open_args');
    expect(encode({ name: 'a', flags: 1 })).toEqual(hex('00000001 00000001 61000000 00000001'));
    expect(encode({})).toEqual(hex('00000000 00000000'));
  });

  it('of chars is four bytes each: the host information of a daemon is 160 bytes', () => {
    const info = { model: 'x86_64', memory: 6_514_904, cpus: 2, mhz: 2499, nodes: 1, sockets: 1, cores: 2, threads: 1 };
    const bytes = codecOf('remote_node_get_info_ret').encode(info);
    expect(bytes).toHaveLength(160);
    expect(bytes.subarray(0, 12)).toEqual(hex('00000078 00000038 00000036'));
  });

  it('of a typed parameter is its name, its type and the value of that type', () => {
    const { encode, decode } = codecOf('remote_typed_param');
    const parameter = { field: 'cpu.time', value: { type: 4, value: 2n ** 63n } };
    const bytes = hex('00000008 6370752e74696d65 00000004 8000000000000000');
    expect(encode(parameter)).toEqual(bytes);
    expect(decode(new XdrReader(bytes))).toEqual(parameter);
  });

  it('keeps sizes as numbers and counters as bigint', () => {
    const info = { state: 1, maxMem: 2 ** 40, memory: 2 ** 40, nrVirtCpu: 1, cpuTime: 2n ** 60n };
    const { encode, decode } = codecOf('remote_domain_get_info_ret');
    expect(decode(new XdrReader(encode(info)))).toEqual(info);
  });

  it('gives a size beyond 2^53 as the nearest number, since libvirt has values that mean "no limit"', () => {
    const bytes = hex('ffffffffffffffff');
    expect(codecOf('remote_node_get_free_memory_ret').decode(new XdrReader(bytes))).toEqual({ freeMem: 2 ** 64 });
  });
});

describe('the procedure table', () => {
  const all = Object.values(procedures) as Procedure[];

  it('has every procedure of libvirt 11.3.0, calls and events', () => {
    const remote = all.filter(({ program }) => program === 0x2000_8086);
    expect(remote.length + Object.keys(remoteEvents).length).toBe(453);
    expect(all.filter(({ program }) => program === 0x2000_8087)).toHaveLength(6);
    expect(all.filter(({ program }) => program === 0x0006_8000)).toHaveLength(1);
  });

  it('numbers them as the protocol does', () => {
    expect(procedures.connectOpen.number).toBe(1);
    expect(procedures.authList.number).toBe(66);
    expect(procedures.connectDomainEventCallbackRegisterAny.number).toBe(316);
    expect(procedures.connectGetAllDomainStats.number).toBe(344);
    expect(procedures.domainDelThrottleGroup.number).toBe(452);
    expect(remoteEvents.domainEventNicMacChange.number).toBe(453);
    expect(new Set(all.map(({ program, number }) => `${program}/${number}`)).size).toBe(all.length);
  });

  it('tells which calls carry more than their arguments', () => {
    const names = (carries: Procedure['carries']): string[] =>
      all.filter((procedure) => procedure.carries === carries).map(({ name }) => name);
    expect(names('read-stream').toSorted()).toEqual([
      'domainOpenChannel',
      'domainOpenConsole',
      'domainScreenshot',
      'storageVolDownload',
    ]);
    expect(names('write-stream').toSorted()).toEqual([
      'domainMigratePrepareTunnel',
      'domainMigratePrepareTunnel3',
      'domainMigratePrepareTunnel3Params',
      'storageVolUpload',
    ]);
    expect(names('descriptors')).toHaveLength(7);
  });

  it('knows which calls never wait for a guest', () => {
    expect(procedures.connectGetHostname.priority).toBe('high');
    expect(procedures.domainDestroy.priority).toBe('high');
    expect(procedures.domainCreate.priority).toBe('low');
    expect(
      all.filter(({ priority, program }) => priority === 'high' && program === 0x2000_8086).length,
    ).toBeGreaterThan(180);
  });
});
