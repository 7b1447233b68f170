import { describe, expect, it } from 'vitest';
import type { Domain } from '../../src/index.ts';
import { readDomainStats } from '../../src/domain/domain-stats.ts';
import { typedRecord } from '../../src/domain/typed-parameters.ts';
import type { TypedParam } from '../../src/protocol/remote-types.gen.ts';

const dom = { name: 'web', uuid: '00000000-0000-4000-8000-000000000001', id: 7 };
const domain = { name: 'web' } as Domain;

/** Typed parameters as a daemon sends them: integers as unsigned 64 bits, text as text. */
function parameters(values: Readonly<Record<string, number | bigint | string>>): TypedParam[] {
  return Object.entries(values).map(([field, value]) => ({
    field,
    value: typeof value === 'string' ? { type: 7, value } : { type: 4, value: BigInt(value) },
  }));
}

const read = (values: Readonly<Record<string, number | bigint | string>>): ReturnType<typeof readDomainStats> =>
  readDomainStats({ dom, params: parameters(values) }, domain);

describe('readDomainStats', () => {
  it('names what a daemon tells about a running guest, with units', () => {
    const stats = read({
      'state.state': 1,
      'state.reason': 1,
      'cpu.time': 270_000_000,
      'cpu.user': 130_000_000,
      'cpu.system': 140_000_000,
      'balloon.current': 131_072,
      'balloon.maximum': 262_144,
      'balloon.unused': 1024,
      'balloon.last-update': 1_700_000_000,
      'vcpu.current': 1,
      'vcpu.maximum': 2,
      'vcpu.0.state': 1,
      'vcpu.0.time': 5,
      'vcpu.0.wait': 6,
      'vcpu.0.delay': 7,
      'vcpu.0.halted': 'true',
      'net.count': 1,
      'net.0.name': 'vnet0',
      'net.0.rx.bytes': 90,
      'net.0.tx.errs': 1,
      'block.count': 2,
      'block.0.name': 'vda',
      'block.0.path': '/var/lib/a.qcow2',
      'block.0.rd.reqs': 11,
      'block.0.wr.times': 12,
      'block.0.capacity': 1_073_741_824,
      'block.1.name': 'hdc',
    });
    expect(stats).toMatchObject({
      domain,
      state: { state: 'running', reason: 'booted' },
      cpu: { timeNs: 270_000_000, userNs: 130_000_000, systemNs: 140_000_000 },
      balloon: {
        currentBytes: 134_217_728,
        maximumBytes: 268_435_456,
        unusedBytes: 1_048_576,
        lastUpdateMs: 1_700_000_000_000,
      },
      vcpus: [{ index: 0, state: 'running', timeNs: 5, waitNs: 6, delayNs: 7, halted: true }],
      interfaces: [{ name: 'vnet0', rxBytes: 90, txErrors: 1 }],
      blocks: [
        { name: 'vda', path: '/var/lib/a.qcow2', readRequests: 11, writeTimeNs: 12, capacityBytes: 1_073_741_824 },
        { name: 'hdc' },
      ],
    });
    expect(stats.parameters['net.0.rx.bytes']).toBe(90);
  });

  it('leaves out what the daemon does not tell, rather than calling it 0', () => {
    const stats = read({ 'state.state': 5, 'state.reason': 1 });
    expect(stats.cpu).toBeUndefined();
    expect(stats.balloon).toBeUndefined();
    expect(stats.vcpus).toBeUndefined();
    expect(stats.blocks).toBeUndefined();
    expect(read({ 'cpu.time': 1 }).cpu?.userNs).toBeUndefined();
    expect(read({ 'cpu.time': 1 }).state).toBeUndefined();
    expect(read({ 'balloon.current': 1, 'balloon.last-update': 0 }).balloon?.lastUpdateMs).toBeUndefined();
  });

  it('rounds counters beyond 2^53 and keeps them exact among the parameters', () => {
    const stats = read({ 'cpu.time': 2n ** 60n + 1n });
    expect(stats.cpu?.timeNs).toBe(2 ** 60);
    expect(stats.parameters['cpu.time']).toBe(2n ** 60n + 1n);
  });

  it('is not led astray by counts that do not fit', () => {
    expect(read({ 'net.count': 5, 'net.4.name': 'vnet4' }).interfaces).toEqual([
      expect.objectContaining({ name: 'vnet4' }),
    ]);
    const many = {
      'vcpu.maximum': 2n ** 63n,
      'vcpu.70000.state': 1,
      'vcpu.10.state': 1,
      'vcpu.-1.state': 1,
      'vcpu.x': 1,
    };
    expect(read(many).vcpus?.map(({ index }) => index)).toEqual([10, 70_000]);
  });

  it('calls a state of the future unknown', () => {
    expect(read({ 'vcpu.maximum': 1, 'vcpu.0.state': 9 }).vcpus?.[0]?.state).toBe('unknown');
  });
});

describe('typedRecord', () => {
  it('makes each of the seven types a plain value', () => {
    expect(
      typedRecord([
        { field: 'int', value: { type: 1, value: -1 } },
        { field: 'uint', value: { type: 2, value: 1 } },
        { field: 'llong', value: { type: 3, value: -(2n ** 53n) } },
        { field: 'ullong', value: { type: 4, value: 7n } },
        { field: 'double', value: { type: 5, value: 1.5 } },
        { field: 'boolean', value: { type: 6, value: 0 } },
        { field: 'string', value: { type: 7, value: 'text' } },
      ]),
    ).toEqual({ int: -1, uint: 1, llong: -(2n ** 53n), ullong: 7, double: 1.5, boolean: false, string: 'text' });
  });
});
