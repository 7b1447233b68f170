import type { Description } from './description.ts';

/** The description as JSON with one line per type, procedure and enum: compact, and readable in a diff. */
export function formatDescription(description: Description): string {
  const lines = (items: readonly unknown[], indent: string): string =>
    items.length === 0
      ? '[]'
      : `[\n${items.map((item) => `${indent}  ${JSON.stringify(item)}`).join(',\n')}\n${indent}]`;
  const programs = description.programs.map(({ types, procedures, ...program }) => {
    const head = JSON.stringify(program).slice(0, -1);
    return `    ${head},\n      "types": ${lines(types, '      ')},\n      "procedures": ${lines(procedures, '      ')}}`;
  });
  const headers = description.headers.map(({ enums, ...header }) => {
    const head = JSON.stringify(header).slice(0, -1);
    return `    ${head},\n      "enums": ${lines(enums, '      ')}}`;
  });
  return `{\n  "libvirt": ${JSON.stringify(description.libvirt)},\n  "programs": [\n${programs.join(',\n')}\n  ],\n  "headers": [\n${headers.join(',\n')}\n  ]\n}\n`;
}
