import { beforeAll, describe, expect, it } from 'vitest';
import { Codecs } from '../../generator/codec.ts';
import type { Description, Program } from '../../generator/description.ts';
import { emitCodecs } from '../../generator/emit-codecs.ts';
import { emitConstants } from '../../generator/emit-constants.ts';
import { emitProcedures } from '../../generator/emit-procedures.ts';
import { emitTypes } from '../../generator/emit-types.ts';

const program: Program = {
  name: 'remote',
  id: 0x2000_8086,
  version: 1,
  constants: { REMOTE_STRING_MAX: 64, REMOTE_LIST_MAX: 16 },
  types: [
    { typedef: 'string remote_nonnull_string<REMOTE_STRING_MAX>' },
    { typedef: 'remote_nonnull_string *remote_string' },
    { typedef: 'opaque remote_uuid[16]' },
    { enum: 'remote_auth_type', members: { REMOTE_AUTH_NONE: 0 } },
    {
      union: 'remote_value',
      switch: 'int type',
      cases: { VIR_NUMBER: 'hyper l', VIR_TEXT: 'remote_nonnull_string s' },
    },
    { struct: 'remote_thing', fields: ['remote_nonnull_string name', 'remote_uuid uuid', 'remote_value value'] },
    {
      struct: 'remote_thing_get_args',
      fields: [
        'remote_thing thing',
        'remote_string uri',
        'remote_auth_type types<REMOTE_LIST_MAX>',
        'unsigned int flags',
      ],
    },
    {
      struct: 'remote_thing_get_ret',
      fields: [
        'unsigned hyper memory',
        'unsigned hyper cpu_time',
        'opaque data<8>',
        'char model[4]',
        'remote_thing things<REMOTE_LIST_MAX>',
      ],
    },
    { struct: 'remote_thing_event_msg', fields: ['int callbackID'] },
  ],
  procedures: [
    { name: 'THING_GET', number: 1, priority: 'high' },
    { name: 'THING_RESET', number: 2, priority: 'low' },
    { name: 'THING_DOWNLOAD', number: 3, priority: 'low', stream: 'read' },
    { name: 'THING_EVENT', number: 4, priority: 'low' },
  ],
};
const description: Description = {
  libvirt: '1.2.3',
  programs: [program],
  headers: [
    {
      name: 'demo',
      enums: [{ name: 'virKind', members: { VIR_NUMBER: 4, VIR_TEXT: 7 } }],
      defines: { VIR_KEY: 'a.b' },
    },
  ],
};

let codecs: Codecs;
beforeAll(() => {
  codecs = new Codecs(description);
});

/** The section that declares something. */
function section(sections: readonly string[], declaration: string): string {
  return sections.find((text) => text.includes(declaration)) ?? expect.unreachable(`no section has ${declaration}`);
}

describe('emitTypes', () => {
  it('names fields and types, with what may be left out', () => {
    expect(section(emitTypes(program, codecs), 'ThingGetArgs')).toBe(`/** \`remote_thing_get_args\` */
export interface ThingGetArgs {
  readonly thing: Thing;
  readonly uri?: string | undefined;
  readonly types: readonly number[];
  readonly flags?: number | undefined;
}`);
  });

  it('makes 64-bit fields numbers or bigint by the list of safe ones', () => {
    const text = section(emitTypes(program, codecs), 'ThingGetRet');
    expect(text).toContain('readonly memory: number;');
    expect(text).toContain('readonly cpuTime: bigint;');
    expect(text).toContain('readonly data: Uint8Array;');
    expect(text).toContain('readonly model: string;');
    expect(text).toContain('readonly things: readonly Thing[];');
  });

  it('tells the cases of a union by their number', () => {
    expect(section(emitTypes(program, codecs), 'type Value')).toBe(`/** \`remote_value\`: \`value\` by \`type\`. */
export type Value =
  | { readonly type: 4; readonly value: bigint }
  | { readonly type: 7; readonly value: string };`);
  });

  it('makes nothing of typedefs and enums, which stand in the fields', () => {
    expect(emitTypes(program, codecs)).toHaveLength(5);
  });
});

describe('emitCodecs', () => {
  it('writes and reads the fields in order, with their limits', () => {
    const client = emitCodecs(program, codecs, 'client');
    expect(section(client, 'encodeThingGetArgs')).toContain(`  encodeThing(writer, value.thing);
  if (writer.present(value.uri)) writer.string(value.uri, 64);
  for (const item of writer.list(value.types, 16)) writer.int(item);
  writer.uint(value.flags ?? 0);
}`);
    const server = emitCodecs(program, codecs, 'server');
    expect(section(server, 'decodeThingGetArgs')).toContain(`    thing: decodeThing(reader),
    uri: reader.present() ? reader.string(64) : undefined,
    types: reader.list(16, () => reader.int()),
    flags: reader.uint(),`);
  });

  it('reads lists of structs with the decoder of the struct, and UUIDs as text', () => {
    const sections = emitCodecs(program, codecs, 'client');
    expect(section(sections, 'decodeThingGetRet')).toContain('things: reader.list(16, decodeThing),');
    expect(section(sections, 'decodeThingGetRet')).toContain('model: reader.fixedChars(4),');
    expect(section(sections, 'decodeThing(')).toContain('uuid: reader.uuid(),');
  });

  it('leaves to the daemon what a client never does', () => {
    const names = (side: 'client' | 'server'): string[] =>
      emitCodecs(program, codecs, side).flatMap((text) =>
        Array.from(text.matchAll(/export function (\w+)/g), ([, name = '']) => name),
      );
    expect(names('client')).toEqual([
      'encodeValue',
      'decodeValue',
      'encodeThing',
      'decodeThing',
      'encodeThingGetArgs',
      'decodeThingGetRet',
      'decodeThingEventMsg',
    ]);
    expect(names('server')).toEqual(['decodeThingGetArgs', 'encodeThingGetRet', 'encodeThingEventMsg']);
  });

  it('refuses cases that a union does not have', () => {
    const text = section(emitCodecs(program, codecs, 'client'), 'encodeValue');
    expect(text).toContain('case 4: return writer.hyper(value.value);');
    expect(text).toContain("default: return reader.unknownCase('Value', type);");
  });
});

describe('emitProcedures', () => {
  it('makes a table of calls and a table of events', () => {
    const [calls = '', events = ''] = emitProcedures(program);
    expect(calls).toContain('readonly thingGet: Procedure<ThingGetArgs, ThingGetRet>;');
    expect(calls).toContain('readonly thingReset: Procedure<void, void>;');
    expect(calls).toContain(
      "thingGet: { program: 536903814, version: 1, number: 1, name: 'thingGet', priority: 'high', carries: 'data', encode: encodeThingGetArgs, decode: decodeThingGetRet },",
    );
    expect(calls).toContain(
      "name: 'thingDownload', priority: 'low', carries: 'read-stream', encode: undefined, decode: undefined }",
    );
    expect(calls).not.toContain('thingEvent');
    expect(events).toContain('readonly thingEvent: EventMessage<ThingEventMsg>;');
  });
});

describe('emitConstants', () => {
  it('keeps the names and values of C', () => {
    expect(emitConstants(description)).toBe(`/** The constants of libvirt's public headers, under their C names. */
export const constants = {
  /** \`virKind\` */
  VIR_NUMBER: 4,
  /** \`virKind\` */
  VIR_TEXT: 7,
  /** A define of the demo header. */
  VIR_KEY: 'a.b',
} as const;`);
  });
});
