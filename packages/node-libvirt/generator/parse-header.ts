import type { Header, HeaderEnum } from './description.ts';
import { evaluate } from './evaluate.ts';

/**
 * Reads the enums and `#define` constants of one of libvirt's public headers.
 *
 * @param name - What the header is called in the description: `domain` for `libvirt-domain.h`.
 * @param text - The header.
 * @param known - Constants seen so far, by name; the header's own are added.
 */
export function parseHeader(name: string, text: string, known: Map<string, number>): Header {
  const code = text
    .replaceAll(/\/\*[\s\S]*?\*\//g, ' ')
    .replaceAll(/^#\s*ifdef VIR_ENUM_SENTINELS[\s\S]*?^#\s*endif/gm, '');
  return { name, enums: enums(code, known), defines: defines(code, known) };
}

function enums(code: string, known: Map<string, number>): HeaderEnum[] {
  const found: HeaderEnum[] = [];
  for (const match of code.matchAll(/typedef\s+enum\s*\w*\s*\{([^}]*)\}\s*(\w+)\s*;/g)) {
    const members: Record<string, number> = {};
    let next = 0;
    for (const entry of (match[1] ?? '').split(',')) {
      const [member, expression] = entry.split('=').map((part) => part.trim());
      if (!member) continue;
      const value = expression === undefined ? next : evaluate(expression, known);
      if (value === undefined) throw new Error(`${match[2]}: cannot evaluate ${entry.trim()}`);
      members[member] = value;
      known.set(member, value);
      next = value + 1;
    }
    found.push({ name: match[2] ?? '', members });
  }
  return found;
}

function defines(code: string, known: Map<string, number>): Record<string, number | string> {
  const found: Record<string, number | string> = {};
  for (const match of code.matchAll(/^#\s*define\s+(VIR_\w+)[ \t]+(\S.*?)[ \t]*$/gm)) {
    const [, name = '', expression = ''] = match;
    const quoted = /^"([^"]*)"$/.exec(expression)?.[1];
    const value = quoted ?? evaluate(expression, known);
    if (value === undefined) continue;
    found[name] = value;
    if (typeof value === 'number') known.set(name, value);
  }
  return found;
}
