import type { ProcedureDefinition, Program } from './description.ts';
import { procedureName, typeName } from './naming.ts';

const programs: ReadonlySet<string> = new Set(['remote', 'qemu', 'lxc']);

/** How the other side reads calls and writes answers and messages: for a daemon that tests make. */
export function emitServerCodecs(all: readonly Program[]): string[] {
  const imports: string[] = [];
  const entries: string[] = [];
  for (const program of all.filter(({ name }) => programs.has(name))) {
    const structs = new Set(program.types.flatMap((definition) => ('struct' in definition ? [definition.struct] : [])));
    const names: string[] = [];
    for (const procedure of program.procedures) {
      const fields = codecsOf(program, procedure, structs);
      if (fields.length === 0) continue;
      names.push(...fields.map(([, codec]) => codec));
      const parts = fields.map(([field, codec]) => `${field}: ${codec}`).join(', ');
      entries.push(`  ${procedureName(program.name, procedure.name)}: { ${parts} },`);
    }
    imports.push(
      `import {\n${names.map((name) => `  ${name},`).join('\n')}\n} from './${program.name}-server-codecs.gen.ts';`,
    );
  }
  return [
    [
      ...imports,
      `import type { XdrReader } from '../xdr/reader.ts';`,
      `import type { XdrWriter } from '../xdr/writer.ts';`,
    ].join('\n'),
    [
      '/** How a daemon reads the arguments of a procedure and writes its answer, or writes a message. */',
      'export interface ServerCodec {',
      '  readonly decodeArgs?: (reader: XdrReader) => unknown;',
      '  readonly encode?: (writer: XdrWriter, value: never) => void;',
      '}',
    ].join('\n'),
    `/** The daemon's side of each procedure and message, by name; what carries nothing is absent. */\nexport const serverCodecs: Readonly<Record<string, ServerCodec>> = {\n${entries.join('\n')}\n};`,
  ];
}

function codecsOf(
  program: Program,
  procedure: ProcedureDefinition,
  structs: ReadonlySet<string>,
): (readonly [field: string, codec: string])[] {
  const struct = (suffix: string): string | undefined => {
    const name = `${program.name}_${procedure.name.toLowerCase()}_${suffix}`;
    return structs.has(name) ? typeName(name) : undefined;
  };
  const [args, answer] = [struct('args'), struct('ret') ?? struct('msg')];
  return [
    ...(args === undefined ? [] : [['decodeArgs', `decode${args}`] as const]),
    ...(answer === undefined ? [] : [['encode', `encode${answer}`] as const]),
  ];
}
