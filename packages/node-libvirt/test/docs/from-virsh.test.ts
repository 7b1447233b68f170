import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { DomainCheckpoint } from '../../src/checkpoint/domain-checkpoint.ts';
import { Connection, Domain, Network, StoragePool, StorageVolume } from '../../src/index.ts';
import { Interface } from '../../src/interface/interface.ts';
import { NetworkPort } from '../../src/network/network-port.ts';
import { NodeDevice } from '../../src/node-device/node-device.ts';
import { NWFilterBinding } from '../../src/nwfilter/nwfilter-binding.ts';
import { NWFilter } from '../../src/nwfilter/nwfilter.ts';
import { Secret } from '../../src/secret/secret.ts';
import { DomainSnapshot } from '../../src/snapshot/domain-snapshot.ts';
import { virshTable } from './virsh-table.ts';

/** What the names in the guide stand for. */
const classes: Readonly<Record<string, { readonly prototype: object }>> = {
  connection: Connection,
  domain: Domain,
  network: Network,
  port: NetworkPort,
  pool: StoragePool,
  volume: StorageVolume,
  iface: Interface,
  device: NodeDevice,
  secret: Secret,
  filter: NWFilter,
  binding: NWFilterBinding,
  snapshot: DomainSnapshot,
  checkpoint: DomainCheckpoint,
};

const root = join(import.meta.dirname, '../../../..');

const code = virshTable().flatMap((row) => row.code);
const withReceiver = code.filter((text) => !text.startsWith('connect('));

/** What the compiler says about a module of this folder that is nowhere written. */
function problemsOf(module: string): readonly string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.all.json'), (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
  const path = join(import.meta.dirname, 'from-virsh.checked.ts');
  const host = ts.createCompilerHost(options);
  const sourceOf = host.getSourceFile.bind(host);
  host.getSourceFile = (name, language, ...rest) =>
    name === path ? ts.createSourceFile(name, module, language) : sourceOf(name, language, ...rest);
  const program = ts.createProgram([path], options, host);
  return ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).map(({ start = 0, messageText }) => {
    const line = module.slice(module.lastIndexOf('\n', start) + 1, module.indexOf('\n', start));
    return `${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

describe('the guide "From virsh to node-libvirt"', () => {
  it.each(withReceiver)('names what there is: %s', (text) => {
    const [, receiver = '', member = ''] = /^(\w+)\.(\w+)/.exec(text) ?? [];
    expect(Object.keys(classes)).toContain(receiver);
    expect(member in (classes[receiver]?.prototype ?? {}), `${receiver} has no ${member}`).toBe(true);
  });

  it('gives it what it takes', { timeout: 60_000 }, () => {
    const source = (path: string): string => `import('../../src/${path}.ts')`;
    const receivers: Readonly<Record<string, string>> = {
      connection: `${source('index')}.Connection`,
      there: `${source('index')}.Connection`,
      domain: `${source('index')}.Domain`,
      network: `${source('index')}.Network`,
      port: `${source('network/network-port')}.NetworkPort`,
      pool: `${source('index')}.StoragePool`,
      volume: `${source('index')}.StorageVolume`,
      iface: `${source('interface/interface')}.Interface`,
      device: `${source('node-device/node-device')}.NodeDevice`,
      secret: `${source('secret/secret')}.Secret`,
      filter: `${source('nwfilter/nwfilter')}.NWFilter`,
      binding: `${source('nwfilter/nwfilter-binding')}.NWFilterBinding`,
      snapshot: `${source('snapshot/domain-snapshot')}.DomainSnapshot`,
      checkpoint: `${source('checkpoint/domain-checkpoint')}.DomainCheckpoint`,
      data: 'Uint8Array',
    };
    for (const name of ['xml', 'text', 'name', 'uuid', 'path', 'key', 'mac', 'uri', 'usage']) {
      Object.assign(receivers, { [name]: 'string' });
    }
    for (const name of ['bytes', 'pid', 'id']) Object.assign(receivers, { [name]: 'number' });
    const declared = Object.entries(receivers).map(([name, type]) => `declare const ${name}: ${type};`);
    const used = code.map((text) => `void ${text};`);
    const module = ["import { connect } from '../../src/index.ts';", ...declared, ...used, ''].join('\n');
    expect(problemsOf(module)).toEqual([]);
  });

  it('has every command once', () => {
    const commands = virshTable().flatMap((row) => row.commands);
    expect(commands.length).toBeGreaterThan(240);
    expect(commands.filter((command, index) => commands.indexOf(command) !== index)).toEqual([]);
  });
});
