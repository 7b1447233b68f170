import { describe, expect, it } from 'vitest';
import { type Domain, procedures as p } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { dom, fakeDomain } from '../support/fake-domain.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();
const xml = '<disk/>';

describe('the devices of a domain', () => {
  itAsks<Domain>(wire, () => fakeDomain(wire), [
    [
      'one is plugged in',
      (d) => d.attachDevice(xml, { live: true, config: true }),
      p.domainAttachDeviceFlags,
      { dom, xml, flags: 3 },
    ],
    ['one is plugged out', (d) => d.detachDevice(xml), p.domainDetachDeviceFlags, { dom, xml, flags: 0 }],
    [
      'one is changed',
      (d) => d.updateDevice(xml, { live: true, force: true }),
      p.domainUpdateDeviceFlags,
      { dom, xml, flags: 5 },
    ],
    [
      'one is plugged out by its alias',
      (d) => d.detachDeviceAlias('net0', { config: true }),
      p.domainDetachDeviceAlias,
      { dom, alias: 'net0', flags: 2 },
    ],
    [
      'what went through an interface; -1 is not known',
      (d) => d.interfaceStats('vnet0'),
      p.domainInterfaceStats,
      { dom, device: 'vnet0' },
      {
        rxBytes: 10n,
        rxPackets: 1n,
        rxErrs: 0n,
        rxDrop: -1n,
        txBytes: 20n,
        txPackets: 2n,
        txErrs: -1n,
        txDrop: 0n,
      },
      { rxBytes: 10, rxPackets: 1, rxErrors: 0, txBytes: 20, txPackets: 2, txDropped: 0 },
    ],
    [
      'addresses as the agent knows them',
      (d) => d.interfaceAddresses('agent'),
      p.domainInterfaceAddresses,
      { dom, source: 1, flags: 0 },
      {
        ifaces: [
          { name: 'lo', hwaddr: undefined, addrs: [] },
          {
            name: 'eth0',
            hwaddr: '52:54:00:00:00:01',
            addrs: [
              { type: 0, addr: '192.168.1.2', prefix: 24 },
              { type: 1, addr: 'fe80::1', prefix: 64 },
            ],
          },
        ],
      },
      [
        { name: 'lo', addresses: [] },
        {
          name: 'eth0',
          mac: '52:54:00:00:00:01',
          addresses: [
            { family: 'ipv4', address: '192.168.1.2', prefixLength: 24 },
            { family: 'ipv6', address: 'fe80::1', prefixLength: 64 },
          ],
        },
      ],
    ],
    [
      'disks with errors',
      (d) => d.getDiskErrors(),
      p.domainGetDiskErrors,
      { dom, maxerrors: 256, flags: 0 },
      {
        errors: [
          { disk: 'vda', error: 2 },
          { disk: 'vdb', error: 99 },
        ],
        nerrors: 2,
      },
      [
        { disk: 'vda', error: 'no-space' },
        { disk: 'vdb', error: 'unknown' },
      ],
    ],
    [
      'keys are pressed',
      (d) => d.sendKey([29, 56, 111], { codeset: 'usb', holdMs: 100 }),
      p.domainSendKey,
      { dom, codeset: 7, holdtime: 100, keycodes: [29, 56, 111], flags: 0 },
    ],
    [
      'a process gets a signal by name',
      (d) => d.sendProcessSignal(1, 'pwr'),
      p.domainSendProcessSignal,
      { dom, pidValue: 1, signum: 30, flags: 0 },
    ],
    [
      'a process gets a signal by number',
      (d) => d.sendProcessSignal(42, 34),
      p.domainSendProcessSignal,
      { dom, pidValue: 42, signum: 34, flags: 0 },
    ],
    ['an interrupt', (d) => d.injectNMI(), p.domainInjectNmi, { dom, flags: 0 }],
    [
      'graphics load their certificates anew',
      (d) => d.graphicsReload('vnc'),
      p.domainGraphicsReload,
      { dom, type: 1, flags: 0 },
    ],
  ]);

  it('take at most sixteen keys at once, of sets that there are', async () => {
    const keys = Array.from({ length: 17 }, () => 30);
    expect(await caught(fakeDomain(wire).sendKey(keys))).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
    expect(await caught(fakeDomain(wire).sendKey([1], { codeset: 'morse' as 'xt' }))).toMatchObject({
      kind: 'invalid',
    });
    expect(await caught(fakeDomain(wire).interfaceAddresses('dns' as 'arp'))).toMatchObject({ kind: 'invalid' });
    expect(await caught(fakeDomain(wire).sendProcessSignal(1, 'SIGHUP' as 'hup'))).toMatchObject({ kind: 'invalid' });
  });
});
