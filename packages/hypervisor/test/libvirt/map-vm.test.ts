import { domainState, type Domain } from 'node-libvirt';
import { describe, expect, it } from 'vitest';
import { mapState, mapVm } from '../../src/libvirt/map-vm.ts';

describe('mapState', () => {
  it.each([
    [1, 1, 'running'],
    [2, 0, 'running'],
    [3, 1, 'paused'],
    [3, 2, 'migrating'],
    [3, 11, 'starting'],
    [3, 10, 'crashed'],
    [4, 1, 'stopping'],
    [5, 1, 'stopped'],
    [5, 3, 'crashed'],
    [5, 5, 'suspended'],
    [6, 1, 'crashed'],
    [7, 0, 'suspended'],
    [0, 0, 'unknown'],
    [99, 0, 'unknown'],
  ])('of libvirt’s %i/%i is %s', (state, reason, expected) => {
    expect(mapState(domainState(state, reason))).toBe(expected);
  });
});

describe('mapVm', () => {
  const domain = { uuid: 'u', name: 'n', id: 4 } as Domain;

  it('reads what the XML says', () => {
    const xml = `<domain type='kvm' id='4'><name>n</name><description>d</description><memory unit='KiB'>4096</memory>
      <currentMemory unit='KiB'>2048</currentMemory><vcpu current='2'>4</vcpu></domain>`;
    expect(mapVm(domain, xml, domainState(1, 1)).vm).toEqual({
      id: 'u',
      name: 'n',
      state: 'running',
      vcpus: 2,
      memoryBytes: 2 * 1024 ** 2,
      tags: {},
      description: 'd',
      native: { state: 'running', reason: 'booted', domainType: 'kvm', id: 4 },
    });
  });

  it.each(["<memory unit='MiB'>4</memory>", "<memory unit='KiB'>many</memory>"])('does not guess at %s', (memory) => {
    expect(() => mapVm(domain, `<domain>${memory}</domain>`, domainState(1, 1))).toThrow(
      expect.objectContaining({ code: 'NOVA_HYPERVISOR_INTERNAL' }),
    );
  });

  it('leaves out what it does not', () => {
    expect(mapVm(domain, '<domain/>', domainState(5, 1)).vm).toEqual({
      id: 'u',
      name: 'n',
      state: 'stopped',
      tags: {},
      native: { state: 'shutoff', reason: 'shutdown', domainType: undefined, id: 4 },
    });
  });
});
