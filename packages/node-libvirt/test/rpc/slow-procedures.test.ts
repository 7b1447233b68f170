import { describe, expect, it } from 'vitest';
import { procedures } from '../../src/index.ts';
import type { Procedure } from '../../src/rpc/procedure.ts';
import { isSlow } from '../../src/rpc/slow-procedures.ts';

const all = Object.values(procedures) as Procedure[];

describe('isSlow', () => {
  it('knows the calls in which a guest, a disk or another host works', () => {
    const slow = [
      'domainCreateXml',
      'domainMigratePerform3Params',
      'domainManagedSave',
      'domainBackupBegin',
      'qemuDomainAgentCommand',
    ];
    for (const name of slow) expect(isSlow({ name }), name).toBe(true);
  });

  it('leaves reads that are made in great number to the shared socket', () => {
    const quick = [
      'domainLookupByName',
      'domainGetXmlDesc',
      'domainGetState',
      'connectListAllDomains',
      'connectGetHostname',
    ];
    for (const name of quick) expect(isSlow({ name }), name).toBe(false);
  });

  it('names every step of a migration', () => {
    const steps = all.filter(
      ({ name, carries }) => /^domainMigrate(?:Begin|Prepare|Perform|Finish|Confirm)/.test(name) && carries === 'data',
    );
    expect(steps.length).toBeGreaterThan(10);
    for (const step of steps) expect(isSlow(step), step.name).toBe(true);
  });
});
