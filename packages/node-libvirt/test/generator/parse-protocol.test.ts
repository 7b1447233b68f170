import { describe, expect, it } from 'vitest';
import { parseProtocol } from '../../generator/parse-protocol.ts';

const text = `
/* -*- c -*- struct not_this { int a; }; */
%#include "internal.h"
const DEMO_MAX = 16;
const DEMO_PROGRAM = 0x20008099;
const DEMO_PROTOCOL_VERSION = 1;
typedef string demo_string<DEMO_MAX>;
typedef demo_string *demo_optional;
enum demo_kind { DEMO_A = 0, DEMO_B = 1 };
union demo_value switch (int type) {
 case VIR_TYPED_PARAM_INT:
     int i;
 case VIR_TYPED_PARAM_STRING:
     demo_string s;
};
struct demo_open_args { /* insert@1 */
    demo_string   name; /* a name */
    unsigned hyper flags;
    opaque cookie<DEMO_MAX>;
};
enum demo_procedure {
    /* Each function must be preceded by a comment:
     * - @priority: low|high
     * - @readstream: paramnumber
     */
    /**
     * @generate: both
     * @priority: high
     * @acl: none
     */
    DEMO_PROC_OPEN = 1,

    /**
     * @generate: both
     * @readstream: 1
     */
    DEMO_PROC_DOWNLOAD = 2,

    /**
     * @generate: both
     * @writestream: 2
     * @sparseflag: VIR_X
     */
    DEMO_PROC_UPLOAD = 3
};
`;

describe('parseProtocol', () => {
  const known = new Map<string, number>();
  const program = parseProtocol('demo', text, known);

  it('takes the program, its version and its constants', () => {
    expect(program).toMatchObject({ name: 'demo', id: 0x2000_8099, version: 1, constants: { DEMO_MAX: 16 } });
    expect(known.get('DEMO_MAX')).toBe(16);
  });

  it('takes every type in order, without comments', () => {
    expect(program.types).toEqual([
      { typedef: 'string demo_string<DEMO_MAX>' },
      { typedef: 'demo_string *demo_optional' },
      { enum: 'demo_kind', members: { DEMO_A: 0, DEMO_B: 1 } },
      {
        union: 'demo_value',
        switch: 'int type',
        cases: { VIR_TYPED_PARAM_INT: 'int i', VIR_TYPED_PARAM_STRING: 'demo_string s' },
      },
      { struct: 'demo_open_args', fields: ['demo_string name', 'unsigned hyper flags', 'opaque cookie<DEMO_MAX>'] },
    ]);
  });

  it('takes the procedures with priority and stream, not those of the explaining comment', () => {
    expect(program.procedures).toEqual([
      { name: 'OPEN', number: 1, priority: 'high' },
      { name: 'DOWNLOAD', number: 2, priority: 'low', stream: 'read' },
      { name: 'UPLOAD', number: 3, priority: 'low', stream: 'write' },
    ]);
  });

  it('says which constant it does not understand', () => {
    expect(() => parseProtocol('demo', 'const X = Y;', new Map())).toThrow('demo: cannot evaluate X = Y');
  });
});
