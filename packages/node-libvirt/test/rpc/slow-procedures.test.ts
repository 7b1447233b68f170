import { describe, expect, it } from 'vitest';
import { procedures } from '../../src/index.ts';
import type { Procedure } from '../../src/rpc/procedure.ts';
import { endsWork, isSlow } from '../../src/rpc/slow-procedures.ts';

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

  it('names every step of a migration that works, and none that ends it', () => {
    const steps = all.filter(
      ({ name, carries }) => /^domainMigrate(?:Begin|Prepare|Perform)/.test(name) && carries === 'data',
    );
    expect(steps.length).toBeGreaterThanOrEqual(6);
    for (const step of steps) expect(isSlow(step), step.name).toBe(true);
    for (const name of [
      'domainMigrateFinish3Params',
      'domainMigrateConfirm3Params',
      'domainAbortJob',
      'domainDestroy',
    ]) {
      expect(isSlow({ name }), name).toBe(false);
    }
  });
});

describe('endsWork', () => {
  it('knows both ways of cutting the power of a guest, and nothing that waits for one', () => {
    const ending = all.filter(endsWork).map(({ name }) => name);
    expect(ending.toSorted()).toEqual(['domainDestroy', 'domainDestroyFlags']);
  });
});
