/** Events as lines. */

interface Named {
  readonly name?: string;
  readonly uuid?: string;
}

/** An event as a line for people. */
export function textLine(time: Date, family: string, event: { readonly type: string }): string {
  const { type, ...fields } = event;
  const words = Object.entries<unknown>(fields).flatMap(([name, value]) => {
    // libvirt's own numbers say the same as the words.
    if (value === undefined || name === 'native') return [];
    if (Array.isArray(value)) return [`${name}: ${value.map(nameOf).join(', ') || 'none'}`];
    if (typeof value === 'object') return [nameOf(value)];
    return [`${name}=${typeof value === 'string' ? value : JSON.stringify(value, plain)}`];
  });
  return `${time.toISOString().slice(11, 23)}  ${family.padEnd(8)} ${type.padEnd(19)} ${words.join('  ')}`;
}

/** An event as a line for programs. */
export function jsonLine(time: Date, family: string, event: { readonly type: string }): string {
  return JSON.stringify({ time, family, ...event }, plain);
}

function nameOf(value: unknown): string {
  const { name, uuid } = (value ?? {}) as Named;
  return name ?? uuid ?? JSON.stringify(value, plain);
}

/** JSON has no form for 64-bit integers. */
function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
