import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coverageTable, findWrappers, type LabRecord } from '../../generator/coverage.ts';

const root = join(import.meta.dirname, '../..');
const wrappers = findWrappers(join(root, 'src'));
const record = JSON.parse(readFileSync(join(root, 'test/fixtures/lab-coverage.json'), 'utf8')) as LabRecord;

describe('the table of what is covered', () => {
  it('is what the generator makes of the sources and the record', () => {
    expect(readFileSync(join(root, '../../docs/node-libvirt-coverage.md'), 'utf8')).toBe(
      coverageTable(wrappers, record),
    );
  });

  it('finds methods by the names that users have for them', () => {
    expect([...(wrappers.get('domainGetXmlDesc') ?? [])]).toEqual(['`Domain.getXMLDesc`']);
    expect([...(wrappers.get('domainGetCpuStats') ?? [])].toSorted()).toEqual([
      '`Domain.getCPUStats`',
      '`Domain.getPerCPUStats`',
    ]);
    expect([...(wrappers.get('domainMigratePrepare3Params') ?? [])]).toEqual(['`Domain.migrate`']);
    expect([...(wrappers.get('connectOpen') ?? [])]).toContain('the connection itself');
    expect([...(wrappers.get('connectDomainEventCallbackRegisterAny') ?? [])]).toEqual(['events']);
  });

  it('says of each procedure what wraps it, or why nothing does', () => {
    const lines = coverageTable(new Map([['domainReset', new Set(['`Domain.reset`'])]]), {
      qemu: ['domainReset'],
      test: ['domainReset'],
    }).split('\n');
    expect(lines).toContain('| 245 | `domainReset` | `Domain.reset` | qemu, test |');
    expect(lines).toContain('| 244 | `domainSnapshotGetParent` | raw |  |');
    expect(lines).toContain('| 1 | `lxcDomainOpenNamespace` | unsupported: passes file descriptors |  |');
    expect(lines).toContain('| 148 | `domainMigratePrepareTunnel` | made by one daemon to another |  |');
  });
});
