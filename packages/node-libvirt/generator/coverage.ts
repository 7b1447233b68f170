/**
 * Writes `docs/node-libvirt-coverage.md`, the table of what wraps each procedure and what it was tested against, from the
 * sources and the record of the lab's suites: `node generator/coverage.ts`
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { lxcProcedures } from '../src/protocol/lxc-procedures.gen.ts';
import { qemuProcedures } from '../src/protocol/qemu-procedures.gen.ts';
import { remoteProcedures } from '../src/protocol/remote-procedures.gen.ts';
import type { Procedure } from '../src/rpc/procedure.ts';

/** What the suites of the lab called with success, by driver: `test/fixtures/lab-coverage.json`. */
export type LabRecord = Readonly<Record<string, readonly string[]>>;

/** Calls that a newer one replaces, which can all that they can: the methods use that one. */
const replacedBy: Readonly<Record<string, string>> = {
  domainAttachDevice: 'domainAttachDeviceFlags',
  domainCreate: 'domainCreateWithFlags',
  domainDefineXml: 'domainDefineXmlFlags',
  domainDestroy: 'domainDestroyFlags',
  domainDetachDevice: 'domainDetachDeviceFlags',
  domainMigrateBegin3: 'domainMigrateBegin3Params',
  domainMigrateConfirm3: 'domainMigrateConfirm3Params',
  domainMigrateFinish: 'domainMigrateFinish3Params',
  domainMigrateFinish2: 'domainMigrateFinish3Params',
  domainMigrateFinish3: 'domainMigrateFinish3Params',
  domainMigratePerform: 'domainMigratePerform3Params',
  domainMigratePerform3: 'domainMigratePerform3Params',
  domainMigratePrepare: 'domainMigratePrepare3Params',
  domainMigratePrepare2: 'domainMigratePrepare3Params',
  domainMigratePrepare3: 'domainMigratePrepare3Params',
  domainRestore: 'domainRestoreFlags',
  domainSave: 'domainSaveFlags',
  domainSetMaxMemory: 'domainSetMemoryFlags',
  domainSetMemory: 'domainSetMemoryFlags',
  domainSetSchedulerParameters: 'domainSetSchedulerParametersFlags',
  domainSetVcpus: 'domainSetVcpusFlags',
  domainShutdown: 'domainShutdownFlags',
  domainUndefine: 'domainUndefineFlags',
  connectDomainEventRegister: 'connectDomainEventCallbackRegisterAny',
  connectDomainEventDeregister: 'connectDomainEventCallbackDeregisterAny',
  connectDomainEventRegisterAny: 'connectDomainEventCallbackRegisterAny',
  connectDomainEventDeregisterAny: 'connectDomainEventCallbackDeregisterAny',
};

/** Calls that one daemon makes to another. */
const betweenDaemons: ReadonlySet<string> = new Set([
  'domainMigratePrepareTunnel',
  'domainMigratePrepareTunnel3',
  'domainMigratePrepareTunnel3Params',
]);

/** Functions outside of the classes, and the methods that they do the work of. */
const functionsOf: Readonly<Record<string, string>> = {
  'domain/migrate.ts': '`Domain.migrate`',
  'domain/abortable-job.ts': '`Domain.migrate`',
};

/** What wraps each procedure, by its name: methods, or what uses it. */
export function findWrappers(source: string): Map<string, Set<string>> {
  const wrappers = new Map<string, Set<string>>();
  const add = (name: string, wrapper: string): void => {
    wrappers.set(name, (wrappers.get(name) ?? new Set()).add(wrapper));
  };
  for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' }).toSorted()) {
    if (!file.endsWith('.ts') || file.endsWith('.gen.ts') || file.startsWith('testing/')) continue;
    const text = readFileSync(join(source, file), 'utf8').replaceAll(/\/\*\*.*?\*\//gs, '');
    for (const [, name = ''] of text.matchAll(/\b(?:remote|qemu|lxc)Procedures\.(\w+)/g)) add(name, usedBy(file));
    const owner = ownerOf(file, text);
    for (const { name, body } of methodsOf(text)) {
      for (const [, procedure = ''] of body.matchAll(/\b(?:raw|source|destination)\.(\w+)\(/g)) {
        add(procedure, dirname(file) === 'event' ? usedBy(file) : (functionsOf[file] ?? `\`${owner}.${name}\``));
      }
    }
  }
  return wrappers;
}

/** The class by which a user knows a method: the links of a chain are those of its end. */
function ownerOf(file: string, text: string): string {
  if (file.startsWith('domain/domain-')) return 'Domain';
  if (/^connection\/.*-calls\.ts$/.test(file)) return 'Connection';
  return /export (?:abstract )?class (\w+)/.exec(text)?.[1] ?? basename(file, '.ts');
}

/** Each public method with its body and those of the private ones that it calls. */
function methodsOf(text: string): { readonly name: string; readonly body: string }[] {
  const starts = Array.from(
    text.matchAll(
      /^(?: {2}(?:(private|protected) )?(?:override )?(?:async )?(?:get )?|export (?:async )?function )(\w+)[(<].*$/gm,
    ),
  );
  const all = starts.map((match, index) => ({
    hidden: match[1] !== undefined,
    name: match[2] ?? '',
    body: text.slice(match.index, starts[index + 1]?.index ?? text.length),
  }));
  const hidden = all.filter((method) => method.hidden);
  return all
    .filter((method) => !method.hidden)
    .map(({ name, body }) => {
      const called = hidden.filter((method) => new RegExp(`this\\.${method.name}\\(`).test(body));
      return { name, body: [body, ...called.map((method) => method.body)].join('\n') };
    });
}

function usedBy(file: string): string {
  return dirname(file) === 'event' ? 'events' : 'the connection itself';
}

/** The table as Markdown. */
export function coverageTable(wrappers: ReadonlyMap<string, ReadonlySet<string>>, record: LabRecord): string {
  const drivers = Object.keys(record).toSorted();
  const tested = new Map(drivers.map((driver) => [driver, new Set(record[driver])]));
  const counts = { wrapped: 0, wrappable: 0, tested: 0 };
  const programs = { remote: remoteProcedures, qemu: qemuProcedures, lxc: lxcProcedures } as const;
  const tables = Object.entries(programs).map(([program, procedures]) => {
    const rows = (Object.values(procedures) as Procedure[]).map((procedure) => {
      const { name, number, carries } = procedure;
      const by = [...(wrappers.get(name) ?? [])].toSorted().join(', ');
      const on = drivers.filter((driver) => tested.get(driver)?.has(name)).join(', ');
      const unsupported = carries === 'descriptors' || betweenDaemons.has(name);
      const wrapper = unsupported ? whyNot(carries) : by !== '' ? by : replacement(name, wrappers);
      if (!unsupported) {
        counts.wrappable++;
        if (wrapper !== 'raw') counts.wrapped++;
        if (on !== '') counts.tested++;
      }
      return `| ${number} | \`${name}\` | ${wrapper} | ${on} |`;
    });
    return [`## ${program}`, '', '| | procedure | wrapped by | tested with |', '| --- | --- | --- | --- |', ...rows];
  });
  return `${[
    '---',
    'title: Which procedures node-libvirt covers',
    '---',
    '',
    '# Which procedures node-libvirt covers',
    '',
    'Written by `packages/node-libvirt/generator/coverage.ts` from the sources and from the record of what the suites of the lab',
    'called with success, by driver. Every procedure is reachable as `connection.raw.NAME`, whatever wraps it.',
    '',
    `Of the ${counts.wrappable} procedures that a client without file descriptors can call, ${counts.wrapped} are wrapped and ${counts.tested} were tested against a real daemon.`,
    '',
    ...tables.flatMap((lines) => [...lines, '']),
  ]
    .join('\n')
    .trimEnd()}\n`;
}

function whyNot(carries: Procedure['carries']): string {
  return carries === 'descriptors' ? 'unsupported: passes file descriptors' : 'made by one daemon to another';
}

function replacement(name: string, wrappers: ReadonlyMap<string, ReadonlySet<string>>): string {
  const newer = replacedBy[name];
  if (newer === undefined || !wrappers.has(newer)) return 'raw';
  return `replaced by \`${newer}\``;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const record = JSON.parse(readFileSync(join(root, 'test/fixtures/lab-coverage.json'), 'utf8')) as LabRecord;
  const table = coverageTable(findWrappers(join(root, 'src')), record);
  writeFileSync(join(root, '../../docs/node-libvirt-coverage.md'), table);
}
