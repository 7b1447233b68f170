import type { Description } from './description.ts';

/**
 * The enums and defines of the public headers under their C names, so that libvirt's documentation applies. They are one
 * object, because a module of 1,400 exports is slow to load.
 */
export function emitConstants(description: Description): string {
  const lines = description.headers.flatMap(({ name, enums, defines }) => [
    ...enums.flatMap((each) =>
      Object.entries(each.members).map(([member, value]) => `  /** \`${each.name}\` */\n  ${member}: ${value},`),
    ),
    ...Object.entries(defines).map(
      ([member, value]) =>
        `  /** A define of the ${name} header. */\n  ${member}: ${typeof value === 'string' ? `'${value}'` : value},`,
    ),
  ]);
  return `/** The constants of libvirt's public headers, under their C names. */\nexport const constants = {\n${lines.join('\n')}\n} as const;`;
}
