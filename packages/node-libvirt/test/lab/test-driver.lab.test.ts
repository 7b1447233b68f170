import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, connect, type DomainEvent } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { python, testDriverUri, uniqueName } from '../support/lab.ts';

let connection: Connection;

beforeEach(async () => {
  connection = await connect(testDriverUri());
});
afterEach(() => connection.close());

const xmlOf = (name: string, more = ''): string =>
  `<domain type='test'><name>${escape(name)}</name>${more}<memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>`;
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

describe('a domain of the test driver', () => {
  it('lives its whole life, and tells it in events', async () => {
    const events = connection.domainEvents();
    await events.ready;
    const defined = await connection.defineDomainXML(xmlOf(uniqueName('life')));
    expect(defined.id).toBeUndefined();
    expect(await defined.getState()).toMatchObject({ state: 'shutoff' });

    const running = await defined.create();
    expect(running.id).toBeGreaterThan(0);
    await running.suspend();
    expect(await running.getState()).toMatchObject({ state: 'paused', reason: 'user' });
    await running.resume();
    await running.reboot();
    await running.shutdown();
    expect((await running.getState()).state).toBe('shutoff');
    await running.create();
    expect((await running.getState()).state).toBe('running');
    await running.destroy();
    await running.setAutostart(true);
    expect(await running.getAutostart()).toBe(true);
    await running.undefine();
    expect(await caught(running.getState())).toMatchObject({ code: 'LIBVIRT_NO_DOMAIN', kind: 'not-found' });

    const told: string[] = [];
    for await (const event of events) {
      const { type, domain, event: what } = event as Extract<DomainEvent, { type: 'lifecycle' }>;
      expect([type, domain.uuid]).toEqual(['lifecycle', defined.uuid]);
      told.push(what);
      if (what === 'undefined') break;
    }
    expect(told.filter((what) => !['defined', 'shutdown'].includes(what))).toEqual([
      'started',
      'suspended',
      'resumed',
      'stopped',
      'started',
      'stopped',
      'undefined',
    ]);
  });

  it('may have a name with XML and any letters in it', async () => {
    const name = `${uniqueName('odd')} <b>&"'ü漢`;
    const domain = await connection.defineDomainXML(xmlOf(name));
    expect(domain.name).toBe(name);
    const found = await connection.lookupDomainByName(name);
    expect(found.uuid).toBe(domain.uuid);
    expect(await found.getXMLDesc()).toContain(escape(name).replaceAll('>', '&gt;').slice(0, 10));
    expect(
      await python(testDriverUri(), `print(json.dumps([d.name() for d in connection.listAllDomains()]))`),
    ).toContain(name);
    await domain.undefine();
  });

  it('is found by name, UUID and number by every client of the daemon', async () => {
    const domain = await connection.createDomainXML(xmlOf(uniqueName('find')));
    const other = await connect(testDriverUri());
    expect((await other.lookupDomainByUUID(domain.uuid)).name).toBe(domain.name);
    expect((await other.lookupDomainByID(domain.id ?? -1)).name).toBe(domain.name);
    expect((await other.listAllDomains({ active: true })).map(({ uuid }) => uuid)).toContain(domain.uuid);
    expect((await other.listAllDomains({ inactive: true })).map(({ uuid }) => uuid)).not.toContain(domain.uuid);
    await domain.destroy();
    await other.close();
  });

  it('keeps its metadata', async () => {
    const domain = await connection.defineDomainXML(xmlOf(uniqueName('meta')));
    await domain.setMetadata('title', 'a <title>');
    await domain.setMetadata('description', 'several\nlines & more');
    await domain.setMetadata('element', '<tag value="1"/>', { uri: 'urn:example:x', key: 'x' });
    expect(await domain.getMetadata('title')).toBe('a <title>');
    expect(await domain.getMetadata('description')).toBe('several\nlines & more');
    expect(await domain.getMetadata('element', { uri: 'urn:example:x' })).toContain('value="1"');
    await domain.setMetadata('title', undefined);
    expect(await caught(domain.getMetadata('title'))).toMatchObject({
      code: 'LIBVIRT_NO_DOMAIN_METADATA',
      kind: 'not-found',
    });
    await domain.undefine();
  });
});

describe('errors of the test driver', () => {
  it('have the kind that a program can act on', async () => {
    const domain = await connection.defineDomainXML(xmlOf(uniqueName('errors')));
    const taken = xmlOf(domain.name, '<uuid>00000000-0000-4000-8000-00000000dead</uuid>');
    expect(await caught(connection.defineDomainXML(taken))).toMatchObject({ kind: 'already-exists', libvirtCode: 9 });
    expect(await caught(domain.destroy())).toMatchObject({ code: 'LIBVIRT_OPERATION_INVALID', kind: 'conflict' });
    expect(await caught(connection.defineDomainXML('<domain'))).toMatchObject({
      code: 'LIBVIRT_XML_DETAIL',
      kind: 'invalid',
    });
    expect(await caught(connection.defineDomainXML(''))).toMatchObject({ kind: 'invalid' });
    expect(await caught(connection.lookupDomainByName('no such domain'))).toMatchObject({
      kind: 'not-found',
      domainName: 'test',
    });
    expect(await caught(connection.lookupNetworkByName('no such network'))).toMatchObject({
      code: 'LIBVIRT_NO_NETWORK',
    });
    await domain.undefine();
  });
});

describe('a storage pool of the test driver', () => {
  it('holds volumes', async () => {
    const pool = await connection.defineStoragePoolXML(
      `<pool type='dir'><name>${uniqueName('pool')}</name><target><path>/var/lib/libvirt/images</path></target></pool>`,
    );
    await pool.build();
    await pool.create();
    expect(await pool.isActive()).toBe(true);
    const volume = await pool.createVolumeXML(`<volume><name>disk</name><capacity unit='MiB'>10</capacity></volume>`);
    expect(await volume.getInfo()).toMatchObject({ type: 'file', capacityBytes: 10_485_760 });
    expect((await pool.listAllVolumes()).map(({ name }) => name)).toEqual(['disk']);
    expect((await connection.lookupStorageVolumeByPath(await volume.getPath())).key).toBe(volume.key);
    const again = caught(pool.createVolumeXML(`<volume><name>disk</name><capacity unit='MiB'>10</capacity></volume>`));
    expect(await again).toMatchObject({ kind: 'already-exists' });
    await volume.delete();
    await pool.destroy();
    await pool.undefine();
  });
});

describe('a network of the test driver', () => {
  it('is defined, started, stopped and undefined', async () => {
    const network = await connection.defineNetworkXML(`<network><name>${uniqueName('net')}</name></network>`);
    await network.create();
    expect(await network.isActive()).toBe(true);
    await network.setAutostart(true);
    await network.destroy();
    await network.undefine();
    expect(await caught(network.getXMLDesc())).toMatchObject({ code: 'LIBVIRT_NO_NETWORK' });
  });
});

describe('a thousand calls at once', () => {
  it('each get their own answer', async () => {
    const domains = await Promise.all(
      Array.from({ length: 20 }, () => connection.createDomainXML(xmlOf(uniqueName('many')))),
    );
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, index) => connection.lookupDomainByName(domains[index % 20]?.name ?? '')),
    );
    expect(answers.map(({ uuid }) => uuid)).toEqual(
      Array.from({ length: 1000 }, (_, index) => domains[index % 20]?.uuid),
    );
    await Promise.all(domains.map((domain) => domain.destroy()));
  });
});
