import { describe, expect, it } from 'vitest';
import type { Domain } from '../../src/index.ts';
import { readDomainStats } from '../../src/domain/domain-stats.ts';
import type { TypedParam } from '../../src/protocol/remote-types.gen.ts';
import { cpuMs } from '../support/cpu-ms.ts';

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
  it('is not kept busy by counts that do not fit', () => {
    const startedMs = cpuMs();
    expect(read({ 'block.count': 2n ** 63n, 'vcpu.maximum': 4_000_000_000 }).blocks).toEqual([]);
    expect(cpuMs() - startedMs).toBeLessThan(500);
  });
});
