import type { ProcedureDefinition, Program } from './description.ts';
import { procedureName, typeName } from './naming.ts';

/** Procedures whose request or reply carries file descriptors, which a socket of Node.js cannot pass. */
const descriptorProcedures: ReadonlySet<string> = new Set([
  'DOMAIN_OPEN_GRAPHICS',
  'DOMAIN_OPEN_GRAPHICS_FD',
  'DOMAIN_CREATE_XML_WITH_FILES',
  'DOMAIN_CREATE_WITH_FILES',
  'DOMAIN_FD_ASSOCIATE',
  'DOMAIN_OPEN_NAMESPACE',
  'DOMAIN_MONITOR_COMMAND_WITH_FILES',
]);

/** Streams that the protocol file does not annotate. */
const unannotatedStreams: ReadonlySet<string> = new Set(['DOMAIN_MIGRATE_PREPARE_TUNNEL3_PARAMS']);

/** The procedure table and the event table of a program. */
export function emitProcedures(program: Program): string[] {
  const structs = new Set(program.types.flatMap((definition) => ('struct' in definition ? [definition.struct] : [])));
  const struct = (procedure: ProcedureDefinition, suffix: string): string | undefined => {
    const name = `${program.name}_${procedure.name.toLowerCase()}_${suffix}`;
    return structs.has(name) ? typeName(name) : undefined;
  };
  const calls = program.procedures.filter((procedure) => struct(procedure, 'msg') === undefined);
  const events = program.procedures.filter((procedure) => struct(procedure, 'msg') !== undefined);
  const sections = [
    table(program, `${program.name}Procedures`, 'procedures that a client calls', calls, (procedure) => {
      const args = struct(procedure, 'args');
      const ret = struct(procedure, 'ret');
      return {
        type: carries(procedure).endsWith('stream') ? 'StreamProcedure' : 'Procedure',
        types: `${args ?? 'void'}, ${ret ?? 'void'}`,
        fields: [
          `priority: '${procedure.priority}'`,
          `carries: '${carries(procedure)}'`,
          `encode: ${args === undefined ? 'undefined' : `encode${args}`}`,
          `decode: ${ret === undefined ? 'undefined' : `decode${ret}`}`,
        ],
      };
    }),
  ];
  if (events.length > 0) {
    sections.push(
      table(program, `${program.name}Events`, 'event messages that the server sends', events, (procedure) => {
        const message = struct(procedure, 'msg') ?? '';
        return { type: 'EventMessage', types: message, fields: [`decode: decode${message}`] };
      }),
    );
  }
  return sections;
}

function carries(procedure: ProcedureDefinition): string {
  if (descriptorProcedures.has(procedure.name)) return 'descriptors';
  if (procedure.stream !== undefined) return `${procedure.stream}-stream`;
  return unannotatedStreams.has(procedure.name) ? 'write-stream' : 'data';
}

function table(
  program: Program,
  name: string,
  what: string,
  procedures: readonly ProcedureDefinition[],
  describe: (procedure: ProcedureDefinition) => { type: string; types: string; fields: readonly string[] },
): string {
  const typeOfTable = name.charAt(0).toUpperCase() + name.slice(1);
  const members: string[] = [];
  const entries: string[] = [];
  for (const procedure of procedures) {
    const { type, types, fields } = describe(procedure);
    const key = procedureName(program.name, procedure.name);
    const constant = `${program.name.toUpperCase()}_PROC_${procedure.name}`;
    members.push(`  /** \`${constant}\` (${procedure.number}) */\n  readonly ${key}: ${type}<${types}>;`);
    const head = [
      `program: ${program.id}`,
      `version: ${program.version}`,
      `number: ${procedure.number}`,
      `name: '${key}'`,
    ];
    entries.push(`  ${key}: { ${[...head, ...fields].join(', ')} },`);
  }
  return [
    `/** The ${what} of the ${program.name} program, by name. */`,
    `export interface ${typeOfTable} {\n${members.join('\n')}\n}`,
    '',
    `/** The ${what} of the ${program.name} program. */`,
    `export const ${name}: ${typeOfTable} = {\n${entries.join('\n')}\n};`,
  ].join('\n');
}
