import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { extractSchemas } from '../../generator/schema/extract-schemas.ts';
import { translatePatterns } from '../../generator/schema/expression.ts';
import { linkSchemas } from '../../generator/schema/link-schemas.ts';
import { type Connection, connect } from '../../src/index.ts';
import { Grammar } from '../../src/xml/grammar/grammar.ts';
import {
  type DomainXML,
  formatDeviceXML,
  formatDomainXML,
  formatXML,
  parseDomainXML,
  parseXML,
  readXML,
  validateXML,
  writeXML,
  type XMLElement,
  type XMLKind,
  xmlKinds,
} from '../../src/xml/index.ts';
import { Validator } from '../../src/xml/validate/validator.ts';
import { labUri, testDriverUri, uniqueName } from '../support/lab.ts';
import { documents } from '../xml/documents.ts';

const run = promisify(execFile);
const installed = '/usr/share/libvirt/schemas';

let connection: Connection;
let test: Connection;
let folder: string;

beforeAll(async () => {
  connection = await connect(labUri);
  test = await connect(testDriverUri());
  folder = mkdtempSync(join(tmpdir(), 'xml-lab-'));
});
afterAll(async () => {
  await connection.close();
  await test.close();
  rmSync(folder, { recursive: true });
});

/** Which of the documents xmllint finds valid by a schema. */
async function xmllint(schema: string, texts: readonly string[]): Promise<boolean[]> {
  const files = texts.map((text, index) => {
    const file = join(folder, `${index}.xml`);
    writeFileSync(file, text);
    return file;
  });
  const args = ['--noout', '--relaxng', join(installed, `${schema}.rng`), ...files];
  const { stderr } = await run('xmllint', args, { maxBuffer: 2 ** 28 }).catch(
    (error: unknown) => error as { stderr: string },
  );
  const valid = new Set(Array.from(stderr.matchAll(/^(.*) validates$/gm), ([, file]) => file));
  return files.map((file) => valid.has(file));
}

const hasXmllint = spawnSync('xmllint', ['--version']).status === 0 && existsSync(installed);

/** What a daemon says about its objects is valid, becomes an object and the same document again, valid for xmllint too. */
async function comesBack(kind: XMLKind, texts: readonly string[], newer: readonly string[] = []): Promise<void> {
  expect(texts.length).toBeGreaterThan(0);
  const unexpected = (text: string): string[] =>
    validateXML(kind, text).flatMap(({ message }) => (newer.includes(message) ? [] : [message]));
  const written = texts.map((text) => {
    expect(unexpected(text), text).toEqual([]);
    const object = parseXML(kind, text);
    expect(JSON.stringify(object), text).not.toContain('"spelling"');
    const again = formatXML(kind, object);
    expect(unexpected(again), again).toEqual([]);
    expect(parseXML(kind, again)).toEqual(object);
    return again;
  });
  if (hasXmllint) expect(await xmllint(kind, written)).toEqual(written.map(() => true));
}

describe('what the daemons say about what they have', () => {
  it('domains', async () => {
    await comesBack('domain', await Promise.all((await test.listAllDomains()).map((domain) => domain.getXMLDesc())));
  });

  it('networks', async () => {
    const all = [...(await connection.listAllNetworks()), ...(await test.listAllNetworks())];
    await comesBack('network', await Promise.all(all.map((network) => network.getXMLDesc())));
  });

  it('storage pools and volumes', async () => {
    const pools = [...(await connection.listAllStoragePools()), ...(await test.listAllStoragePools())];
    await comesBack('storagepool', await Promise.all(pools.map((pool) => pool.getXMLDesc())));
    const [pool] = await test.listAllStoragePools();
    const made = await pool?.createVolumeXML(
      formatXML('storagevol', { name: uniqueName('volume'), capacity: { unit: 'MiB', value: 8 }, target: {} }),
    );
    await comesBack('storagevol', [(await made?.getXMLDesc()) ?? '']);
    await made?.delete();
  });

  it('node devices', async () => {
    const devices = await connection.listAllNodeDevices();
    await comesBack('nodedev', await Promise.all(devices.map((device) => device.getXMLDesc())));
  });

  it('network filters', async () => {
    const filters = await connection.listAllNWFilters();
    await comesBack('nwfilter', await Promise.all(filters.map((filter) => filter.getXMLDesc())));
  });

  it('interfaces of the test driver', async () => {
    const interfaces = await test.listAllInterfaces();
    await comesBack('interface', await Promise.all(interfaces.map((each) => each.getXMLDesc())));
  });

  it('capabilities of the host, its domains and its pools', async () => {
    // Newer releases always tell the cluster of a CPU.
    const newer = ['<cpu> lacks the attribute cluster_id'];
    await comesBack('capability', [await connection.getCapabilities(), await test.getCapabilities()], newer);
    await comesBack('domaincaps', [await connection.getDomainCapabilities({ virtType: 'qemu', arch: 'x86_64' })]);
    await comesBack('storagepoolcaps', [await connection.getStoragePoolCapabilities()]);
  });
});

/** A domain of qemu with most kinds of devices. */
function guest(name: string): DomainXML {
  return {
    type: 'qemu',
    name,
    title: `<${name}> & co`,
    metadata: {
      name: 'metadata',
      attributes: {},
      children: [{ name: 'x:owner', attributes: { 'xmlns:x': 'urn:x', team: 'shop' }, children: ['</x:owner>'] }],
    },
    memory: { unit: 'MiB', value: 64 },
    vcpu: { value: 2, current: 1 },
    os: { type: { arch: 'x86_64', machine: 'pc', value: 'hvm' }, boot: [{ dev: 'network' }, { dev: 'hd' }] },
    features: { acpi: {}, apic: {} },
    clock: {
      offset: 'utc',
      timer: [
        { name: 'rtc', tickpolicy: 'catchup' },
        { name: 'hpet', present: 'no' },
      ],
    },
    on_crash: 'restart',
    devices: {
      disk: [
        {
          type: 'file',
          device: 'disk',
          driver: { name: 'qemu', type: 'qcow2' },
          source: { file: '/nowhere/a & b.qcow2' },
          target: { dev: 'vda', bus: 'virtio' },
        },
        { type: 'file', device: 'cdrom', target: { dev: 'hda', bus: 'ide' }, readonly: {} },
      ],
      controller: [{ type: 'scsi', index: 0, model: 'virtio-scsi' }],
      interface: [
        {
          type: 'network',
          mac: { address: '52:54:00:6b:3c:58' },
          source: { network: 'default' },
          model: { type: 'virtio' },
        },
      ],
      serial: [{ type: 'pty' }],
      channel: [{ type: 'unix', target: { type: 'virtio', name: 'org.qemu.guest_agent.0' } }],
      graphics: [
        { type: 'vnc', port: -1, autoport: 'yes', listenElement: [{ type: 'address', address: '127.0.0.1' }] },
      ],
      video: [{ model: { type: 'vga' } }],
      memballoon: { model: 'virtio' },
    },
    'qemu:commandline': { 'qemu:arg': [{ value: '-no-shutdown' }] },
  };
}

describe('what is made of objects', () => {
  it('a domain is taken with VALIDATE, and taken again from what the daemon makes of it', async () => {
    const text = formatDomainXML(guest(uniqueName('xml')));
    expect(validateXML('domain', text)).toEqual([]);
    const domain = await connection.defineDomainXML(text, { validate: true });
    try {
      const first = await domain.getXMLDesc({ inactive: true });
      await comesBack('domain', [first]);
      const object = parseDomainXML(first);
      expect(object.title).toBe(`<${domain.name}> & co`);
      expect(object.devices?.disk?.[0]?.source?.file).toBe('/nowhere/a & b.qcow2');
      expect(object.metadata?.children).toMatchObject([{ name: 'x:owner', children: ['</x:owner>'] }]);
      const again = await connection.defineDomainXML(formatDomainXML(object), { validate: true });
      expect(await again.getXMLDesc({ inactive: true })).toBe(first);
      // libvirt writes what we write, but for the order of some children, and metadata as it was given.
      expect(formatDomainXML(object).split('\n').toSorted()).toEqual(
        first
          .replace(/xmlns:x=.*?>/, (tag) => tag.replaceAll('"', "'"))
          .split('\n')
          .toSorted(),
      );
      const attached = formatDeviceXML({
        disk: { type: 'file', source: { file: '/nowhere/b.img' }, target: { dev: 'vdb', bus: 'virtio' } },
      });
      await again.attachDevice(attached, { config: true });
      expect(parseDomainXML(await again.getXMLDesc({ inactive: true })).devices?.disk).toHaveLength(3);
    } finally {
      await domain.undefine();
    }
  });

  it('networks, pools, secrets and filters come back as they were', async () => {
    const network = await connection.defineNetworkXML(
      formatXML('network', {
        name: uniqueName('xml'),
        bridge: { name: 'virbr98', stp: 'on', delay: 0 },
        ip: [
          {
            address: '10.98.0.1',
            netmask: '255.255.255.0',
            dhcp: { range: [{ start: '10.98.0.2', end: '10.98.0.9' }] },
          },
        ],
      }),
      { validate: true },
    );
    const networkText = await network.getXMLDesc();
    await comesBack('network', [networkText]);
    const sameNetwork = await connection.defineNetworkXML(formatXML('network', parseXML('network', networkText)), {
      validate: true,
    });
    expect(await sameNetwork.getXMLDesc()).toBe(networkText);
    await network.undefine();

    const pool = await connection.defineStoragePoolXML(
      formatXML('storagepool', { type: 'dir', name: uniqueName('xml'), target: { path: '/nowhere/pool' } }),
    );
    const poolText = await pool.getXMLDesc();
    await comesBack('storagepool', [poolText]);
    const samePool = await connection.defineStoragePoolXML(formatXML('storagepool', parseXML('storagepool', poolText)));
    expect(await samePool.getXMLDesc()).toBe(poolText);
    await pool.undefine();

    const secret = await connection.defineSecretXML(
      formatXML('secret', { ephemeral: 'no', private: 'yes', usage: { type: 'ceph', name: uniqueName('xml') } }),
    );
    const secretText = await secret.getXMLDesc();
    await comesBack('secret', [secretText]);
    const sameSecret = await connection.defineSecretXML(formatXML('secret', parseXML('secret', secretText)));
    expect(await sameSecret.getXMLDesc()).toBe(secretText);
    await secret.undefine();

    const name = uniqueName('xml');
    const rules = documents.nwfilter.replace('only-web', name).replace(/<uuid>.*<\/uuid>/, '');
    const filter = await connection.defineNWFilterXML(formatXML('nwfilter', parseXML('nwfilter', rules)), {
      validate: true,
    });
    const filterText = await filter.getXMLDesc();
    await comesBack('nwfilter', [filterText]);
    expect(filterText.indexOf('dstportstart')).toBeLessThan(filterText.indexOf('clean-traffic'));
    const sameFilter = await connection.defineNWFilterXML(formatXML('nwfilter', parseXML('nwfilter', filterText)), {
      validate: true,
    });
    expect(await sameFilter.getXMLDesc()).toBe(filterText);
    await filter.undefine();
  });

  it('what the daemon refuses by its schema, we refuse too', async () => {
    for (const spoil of [
      (text: string) => text.replace("bus='virtio'", "bus='carrier-pigeon'"),
      (text: string) => text.replace('<vcpu', '<vcpuu/><vcpu'),
      (text: string) => text.replace("offset='utc'", ''),
    ]) {
      const text = spoil(formatDomainXML(guest(uniqueName('xml'))));
      expect(validateXML('domain', text).length).toBeGreaterThan(0);
      await expect(connection.defineDomainXML(text, { validate: true })).rejects.toMatchObject({
        code: 'LIBVIRT_XML_INVALID_SCHEMA',
      });
    }
  });
});

function elementsOf(root: XMLElement): XMLElement[] {
  return [root, ...root.children.flatMap((child) => (typeof child === 'object' ? elementsOf(child) : []))];
}

/** Documents with one change each: things dropped, doubled, renamed, or given other values. */
function mutants(text: string): string[] {
  const result: string[] = [];
  const words = ['yes', '', '-1', ' 5 ', '0x10', '4294967296', 'virtio', 'no such thing'];
  const count = elementsOf(readXML(text)).length;
  let turn = 0;
  const change = (index: number, apply: (element: XMLElement) => void): void => {
    const root = readXML(text);
    apply(elementsOf(root)[index] as XMLElement);
    result.push(writeXML(root));
  };
  for (let index = 0; index < count; index++) {
    const { attributes, children } = elementsOf(readXML(text))[index] as XMLElement;
    for (const name of Object.keys(attributes).filter((each) => !each.startsWith('xmlns'))) {
      change(index, (element) => delete element.attributes[name]);
      change(index, (element) => (element.attributes[name] = words[turn++ % words.length] ?? ''));
    }
    change(index, (element) => (element.attributes['added'] = 'x'));
    change(index, (element) => element.children.push(words[turn++ % words.length] ?? ''));
    for (const [at, child] of children.entries()) {
      if (typeof child === 'string') {
        if (children.length === 1)
          change(index, (element) => element.children.splice(at, 1, words[turn++ % words.length] ?? ''));
        continue;
      }
      change(index, (element) => element.children.splice(at, 1));
      change(index, (element) => element.children.push(structuredClone(child)));
      if (!child.name.includes(':'))
        change(index, (element) => element.children.splice(at, 1, { ...child, name: 'name' }));
    }
  }
  return result;
}

describe.runIf(hasXmllint)('our verdict is that of xmllint, by the schemas that are installed', () => {
  const kinds = xmlKinds.filter((kind) => existsSync(join(installed, `${kind}.rng`)));
  let grammar: Grammar;

  beforeAll(() => {
    const description = extractSchemas(installed, 'installed');
    const { starts, definitions } = linkSchemas(description, kinds);
    grammar = new Grammar({
      definitions: Array.from(definitions, ([name, text]) => `${name}=${translatePatterns(text)}`).join('\n'),
      namespaces: description.namespaces,
      starts: Object.fromEntries(Array.from(starts, ([name, text]) => [name, translatePatterns(text)])),
    });
  });

  it.each(kinds)('on all small changes of a document: %s', { timeout: 120_000 }, async (kind) => {
    const texts = [documents[kind], ...mutants(documents[kind])];
    const ours = texts.map((text) => new Validator(grammar).document(readXML(text), grammar.start(kind)).length === 0);
    const theirs = await xmllint(kind, texts);
    const different = texts.filter((_, index) => ours[index] !== theirs[index]);
    expect(different).toEqual([]);
    expect(theirs).toContain(false);
  });
});
