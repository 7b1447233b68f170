import type { ProcedureDefinition, Program, TypeDefinition } from './description.ts';
import { evaluate } from './evaluate.ts';

const declarationPattern =
  /const\s+(\w+)\s*=\s*([^;]+);|typedef\s+([^;]+);|(enum|struct)\s+(\w+)\s*\{([^}]*)\}\s*;|union\s+(\w+)\s+switch\s*\(([^)]*)\)\s*\{([^}]*)\}\s*;/g;
const annotationPattern = /@(priority|readstream|writestream):\s*(\w+)/g;

/**
 * Reads one of libvirt's `.x` files: the constants, the types and the procedures with their annotations.
 *
 * @param name - The program's name: `remote`, `qemu`, `lxc`, `keepalive`, or `net` for the framing.
 * @param text - The protocol file.
 * @param known - Constants of the public headers and of files read before; the file's own are added.
 */
export function parseProtocol(name: string, text: string, known: Map<string, number>): Program {
  const prefix = name.toUpperCase();
  const code = text.replaceAll(/^%.*$/gm, '').replaceAll(/\/\*[\s\S]*?\*\//g, ' ');
  const constants: Record<string, number> = {};
  const types: TypeDefinition[] = [];
  let procedures: ProcedureDefinition[] = [];

  for (const match of code.matchAll(declarationPattern)) {
    const [, constant, expression, typedef, kind, type = '', body = '', union, discriminant, cases] = match;
    if (constant !== undefined) {
      const value = evaluate(expression ?? '', known);
      if (value === undefined) throw new Error(`${name}: cannot evaluate ${constant} = ${expression}`);
      constants[constant] = value;
      known.set(constant, value);
    } else if (typedef !== undefined) {
      types.push({ typedef: squeeze(typedef) });
    } else if (union !== undefined) {
      types.push({ union, switch: squeeze(discriminant ?? ''), cases: parseCases(cases ?? '') });
    } else if (kind === 'struct') {
      types.push({ struct: type, fields: statements(body) });
    } else if (type === `${name}_procedure`) {
      procedures = parseProcedures(text, `${prefix}_PROC_`);
    } else {
      types.push({ enum: type, members: parseMembers(body) });
    }
  }
  return {
    name,
    id: constants[`${prefix}_PROGRAM`],
    version: constants[`${prefix}_PROTOCOL_VERSION`],
    constants,
    types,
    procedures,
  };
}

function squeeze(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}

function statements(body: string): string[] {
  return body.split(';').map(squeeze).filter(Boolean);
}

function parseMembers(body: string): Record<string, number> {
  const members: Record<string, number> = {};
  for (const [, member = '', value] of body.matchAll(/(\w+)\s*=\s*(\d+)/g)) members[member] = Number(value);
  return members;
}

function parseCases(body: string): Record<string, string> {
  const cases: Record<string, string> = {};
  for (const [, label = '', field = ''] of body.matchAll(/case\s+(\w+)\s*:\s*([^;]+);/g)) cases[label] = squeeze(field);
  return cases;
}

/** Procedures are read from the text with its comments, since the annotations stand in the comment before each. */
function parseProcedures(text: string, prefix: string): ProcedureDefinition[] {
  const found: ProcedureDefinition[] = [];
  const entry = new RegExp(`\\/\\*\\*((?:(?!\\*\\/)[\\s\\S])*)\\*\\/\\s*${prefix}(\\w+)\\s*=\\s*(\\d+)`, 'g');
  const plain = new RegExp(`${prefix}(\\w+)\\s*=\\s*(\\d+)`, 'g');
  const annotated = new Map<string, string>();
  for (const [, comment = '', name = ''] of text.matchAll(entry)) annotated.set(name, comment);
  for (const [, name = '', number] of text.matchAll(plain)) {
    let priority: 'high' | 'low' = 'low';
    let stream: 'read' | 'write' | undefined;
    for (const [, key, value] of (annotated.get(name) ?? '').matchAll(annotationPattern)) {
      if (key === 'priority') priority = value === 'high' ? 'high' : 'low';
      else stream = key === 'readstream' ? 'read' : 'write';
    }
    found.push({ name, number: Number(number), priority, ...(stream === undefined ? {} : { stream }) });
  }
  return found;
}
