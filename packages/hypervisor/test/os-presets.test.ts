import { osNames, osPreset } from '@novacron/hypervisor';
import { describe, expect, it } from 'vitest';

describe('osPreset', () => {
  it.each([
    [undefined, { family: 'linux', diskBus: 'virtio', firmware: 'bios', graphics: false }],
    ['debian12', { family: 'linux', name: 'debian', version: '12', machine: 'q35' }],
    ['ubuntu24.04', { version: '24.04', networkModel: 'virtio' }],
    ['centos-stream9', { name: 'centos-stream', version: '9' }],
    ['windows11', { diskBus: 'sata', firmware: 'uefi', secureBoot: true, tpm: true, clock: 'localtime' }],
    ['windows10', { firmware: 'bios', secureBoot: false, tpm: false, hyperV: true }],
    ['windows-server2022', { firmware: 'uefi', tpm: false, name: 'windows-server' }],
    ['windows-server2016', { firmware: 'bios' }],
    ['freebsd14', { family: 'bsd', networkModel: 'virtio' }],
    ['other', { diskBus: 'sata', networkModel: 'e1000' }],
  ])('knows what %s wants', (os, wanted) => {
    expect(osPreset(os)).toMatchObject(wanted);
  });

  it('knows every name that it offers, with a version and without', () => {
    for (const name of osNames) for (const os of [name, `${name}7`]) expect(osPreset(os)?.name, os).toBe(name);
  });

  it.each(['', 'templeos', 'Debian 12', '12', '__proto__', 'constructor'])('does not know %j', (os) => {
    expect(osPreset(os)).toBeUndefined();
  });
});
