import type { SchemaDescription } from './schema-description.ts';

/** The description as JSON with one line per definition: compact, and readable in a diff. */
export function formatSchemas(description: SchemaDescription): string {
  const record = (entries: Readonly<Record<string, string>>): string => {
    const lines = Object.entries(entries).map(
      ([name, text]) => `        ${JSON.stringify(name)}: ${JSON.stringify(text)}`,
    );
    return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n      }`;
  };
  const schemas = Object.entries(description.schemas).map(([name, { include, start, define, choice }]) => {
    const first = start === undefined ? '' : `\n      "start": ${JSON.stringify(start)},`;
    return (
      `    ${JSON.stringify(name)}: {\n      "include": ${JSON.stringify(include)},${first}\n` +
      `      "define": ${record(define)},\n      "choice": ${record(choice)}\n    }`
    );
  });
  return (
    `{\n  "libvirt": ${JSON.stringify(description.libvirt)},\n  "namespaces": ${JSON.stringify(description.namespaces)},\n` +
    `  "schemas": {\n${schemas.join(',\n')}\n  }\n}\n`
  );
}
