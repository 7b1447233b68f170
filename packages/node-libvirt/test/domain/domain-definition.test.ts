import { describe, expect, it } from 'vitest';
import { type Domain, procedures as p } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { dom, fakeDomain } from '../support/fake-domain.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();

describe('the definition of a domain', () => {
  itAsks<Domain>(wire, () => fakeDomain(wire), [
    ['tells the type of system', (d) => d.getOSType(), p.domainGetOsType, { dom }, { type: 'hvm' }, 'hvm'],
    ['tells whether it was changed', (d) => d.isUpdated(), p.domainIsUpdated, { dom }, { updated: 1 }, true],
    [
      'is renamed: the domain under its new name comes back',
      (d) => d.rename('mail'),
      p.domainRename,
      { dom, newName: 'mail', flags: 0 },
      { retcode: 0 },
      { ...dom, name: 'mail' },
    ],
    [
      'tells whether it is started once',
      (d) => d.getAutostartOnce(),
      p.domainGetAutostartOnce,
      { dom },
      { autostart: 1 },
      true,
    ],
    ['is started once', (d) => d.setAutostartOnce(true), p.domainSetAutostartOnce, { dom, autostart: 1 }],
    [
      'says what is done at a crash',
      (d) => d.setLifecycleAction('crash', 'coredump-restart', { config: true }),
      p.domainSetLifecycleAction,
      { dom, type: 2, action: 5, flags: 2 },
    ],
    [
      'has messages',
      (d) => d.getMessages({ deprecation: true, ioErrors: true }),
      p.domainGetMessages,
      { dom, flags: 5 },
      { msgs: ['tainted: custom-monitor'] },
      ['tainted: custom-monitor'],
    ],
  ]);

  it('refuses words that mean nothing to libvirt', async () => {
    const domain = fakeDomain(wire);
    for (const call of [
      domain.setLifecycleAction('panic' as 'crash', 'destroy'),
      domain.setLifecycleAction('crash', 'toString' as 'destroy'),
      domain.getMetadata('name' as 'title'),
      domain.setMetadata('name' as 'title', 'x'),
    ]) {
      expect(await caught(call)).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID', kind: 'invalid' });
    }
  });
});
