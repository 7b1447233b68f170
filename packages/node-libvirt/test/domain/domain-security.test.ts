import { describe, expect, it } from 'vitest';
import { type Domain, procedures as p } from '../../src/index.ts';
import { Failure } from '../../src/testing/fake-daemon.ts';
import { caught } from '../support/caught.ts';
import { dom, fakeDomain, parameter, unsigned } from '../support/fake-domain.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();

describe('the security of a domain', () => {
  itAsks<Domain>(wire, () => fakeDomain(wire), [
    [
      'its label',
      (d) => d.getSecurityLabel(),
      p.domainGetSecurityLabel,
      { dom },
      { label: 'system_u:svirt_t:s0', enforcing: 1 },
      { label: 'system_u:svirt_t:s0', enforcing: true },
    ],
    [
      'its labels',
      (d) => d.getSecurityLabelList(),
      p.domainGetSecurityLabelList,
      { dom },
      { labels: [{ label: '+64055:+108', enforcing: 0 }], ret: 1 },
      [{ label: '+64055:+108', enforcing: false }],
    ],
    [
      'how it was launched',
      (d) => d.getLaunchSecurityInfo(),
      p.domainGetLaunchSecurityInfo,
      { dom, flags: 4 },
      { params: [parameter('sev-measurement', 'bWVhc3VyZQ=='), unsigned('sev-api-major', 1)] },
      {
        sevMeasurement: 'bWVhc3VyZQ==',
        sevApiMajor: 1,
        parameters: { 'sev-measurement': 'bWVhc3VyZQ==', 'sev-api-major': 1 },
      },
    ],
    [
      'a secret for it',
      (d) => d.setLaunchSecurityState({ sevSecretHeader: 'aA==', sevSecret: 'cw==', sevSecretSetAddress: 2 ** 40 }),
      p.domainSetLaunchSecurityState,
      {
        dom,
        params: [
          parameter('sev-secret-header', 'aA=='),
          parameter('sev-secret', 'cw=='),
          parameter('sev-secret-set-address', 2n ** 40n),
        ],
        flags: 0,
      },
    ],
  ]);

  it('keeps secrets out of errors', async () => {
    wire.server.on(p.domainSetLaunchSecurityState, () => new Failure({ code: 3, message: 'not supported' }));
    const secret = { sevSecretHeader: 'aA==', sevSecret: 'hunter2' };
    const error = await caught(fakeDomain(wire).setLaunchSecurityState(secret));
    const invalid = await caught(
      fakeDomain(wire).setLaunchSecurityState({
        sevSecretHeader: ['hunter2'] as unknown as string,
        sevSecret: 'hunter2',
      }),
    );
    for (const one of [error, invalid]) expect(`${one.stack} ${JSON.stringify(one)}`).not.toContain('hunter2');
  });
});
