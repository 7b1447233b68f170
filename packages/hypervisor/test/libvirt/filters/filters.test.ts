import type { CompleteHypervisor } from '@novacron/hypervisor';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { procedures } from 'node-libvirt';
import { Failure } from 'node-libvirt/testing';
import { validateXML } from 'node-libvirt/xml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filterXml, readFilter } from '../../../src/libvirt/filters/filter-xml.ts';
import { FakeLibvirtd } from '../fake-libvirtd.ts';

const uuid = '6f0f8b4e-3f6b-4f57-9b0a-0c6f0e7a4d11';

describe('the XML of a filter', () => {
  it('is what libvirt’s schema allows, whatever the filter is called', () => {
    const xml = filterXml(
      {
        name: `<&'">`,
        chain: 'ipv4',
        includes: [{ name: 'clean-traffic', parameters: { IP: '10.0.0.5' } }],
        rules: [
          { action: 'reject', direction: 'out', protocol: 'tcp', destination: '10.0.0.0/8', sourcePorts: [1, 2] },
          { action: 'accept', direction: 'inout', protocol: 'icmpv6' },
          { action: 'drop', direction: 'in', priority: -1000 },
        ],
      },
      uuid,
    );
    expect(readFilter(xml)).toMatchObject({ id: uuid, name: `<&'">`, rules: [{}, {}, {}], otherRules: 0 });
    expect(validateXML('nwfilter', filterXml({ name: 'web', rules: [] }, uuid))).toEqual([]);
    expect(validateXML('nwfilter', xml.replaceAll(/&[^;]+;/g, 'x'))).toEqual([]);
  });

  it.each([
    ['of another protocol', `<rule action='drop' direction='in'><mac protocolid='arp'/></rule>`],
    ['that looks at states', `<rule action='drop' direction='in' statematch='false'><all/></rule>`],
    ['of the opposite', `<rule action='drop' direction='in'><tcp match='no' srcportstart='1'/></rule>`],
    ['of two protocols', `<rule action='drop' direction='in'><tcp/><udp/></rule>`],
  ])('keeps count of a rule %s, rather than tell half of it', (_, rule) => {
    expect(readFilter(`<filter name='a'><uuid>${uuid}</uuid>${rule}</filter>`)).toMatchObject({
      rules: [],
      otherRules: 1,
    });
  });

  it('reads one port as a range', () => {
    const rule = `<rule action='drop' direction='in'><tcp dstportstart='22'/></rule>`;
    expect(readFilter(`<filter name='a'>${rule}</filter>`).rules).toEqual([
      { action: 'drop', direction: 'in', priority: 500, protocol: 'tcp', destinationPorts: [22, 22] },
    ]);
  });
});

describe('filters on libvirt', () => {
  let libvirtd: FakeLibvirtd;
  let hypervisor: CompleteHypervisor;

  beforeEach(async () => {
    libvirtd = await FakeLibvirtd.start();
    hypervisor = await connectLibvirt(libvirtd.daemon.uri());
  });
  afterEach(async () => {
    await hypervisor.close();
    await libvirtd.daemon.stop();
  });

  it('are in use when libvirt says so', async () => {
    libvirtd.daemon.on(procedures.nwfilterUndefine, () => new Failure({ code: 55, domain: 31, message: 'in use' }));
    await expect(hypervisor.filters.delete('clean-traffic')).rejects.toMatchObject({
      kind: 'conflict',
      message: 'Filter "clean-traffic" is in use by a machine that is on',
    });
  });

  it('that vanish while they are listed are left out', async () => {
    await hypervisor.filters.define({ name: 'a' });
    libvirtd.daemon.on(procedures.nwfilterGetXmlDesc, () => new Failure({ code: 62, domain: 31, message: 'gone' }));
    expect(await hypervisor.filters.list()).toEqual([]);
  });

  it('are refused at once when their definition is hopeless, and tell what they did', async () => {
    await expect(hypervisor.filters.define(undefined as never)).rejects.toMatchObject({ kind: 'invalid' });
    await expect(hypervisor.filters.list({ signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'aborted' });
    const steps: string[] = [];
    const onStep = ({ step, subject }: { readonly step: string; readonly subject: string }): void =>
      void steps.push(`${step} ${subject}`);
    await hypervisor.filters.define({ name: 'a' }, { onStep });
    await hypervisor.filters.delete('a', { onStep });
    expect(steps).toEqual(['defined a', 'deleted a']);
  });
});
