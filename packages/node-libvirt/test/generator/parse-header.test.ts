import { describe, expect, it } from 'vitest';
import { parseHeader } from '../../generator/parse-header.ts';

const header = `
/* a comment with typedef enum { NOT_THIS } wrong; in it */
#ifndef LIBVIRT_X_H
# define LIBVIRT_X_H

typedef enum {
    VIR_STATE_NONE = 0, /* nothing (Since: 0.1.0) */
    VIR_STATE_ON,
    VIR_STATE_ALIAS = VIR_STATE_ON,
    VIR_STATE_BIT = (1 << 4),
    VIR_STATE_NEXT,
# ifdef VIR_ENUM_SENTINELS
    VIR_STATE_LAST
# endif
} virState;

/** VIR_SIZE: */
# define VIR_SIZE (256 + 1)
# define VIR_FIELD "cpu.time"
# define VIR_SAME VIR_SIZE
# define VIR_CALL(x) ((x) + 1)
# define _virAlias virOther
#endif
`;

describe('parseHeader', () => {
  const known = new Map([['VIR_COMMON', 3]]);
  const parsed = parseHeader('x', header, known);

  it('takes enums with given and counted values, without their sentinels', () => {
    expect(parsed.enums).toEqual([
      {
        name: 'virState',
        members: { VIR_STATE_NONE: 0, VIR_STATE_ON: 1, VIR_STATE_ALIAS: 1, VIR_STATE_BIT: 16, VIR_STATE_NEXT: 17 },
      },
    ]);
  });

  it('takes defines that are numbers or strings, and no macros', () => {
    expect(parsed.defines).toEqual({ VIR_SIZE: 257, VIR_FIELD: 'cpu.time', VIR_SAME: 257 });
  });

  it('makes its numbers known to the files that follow', () => {
    expect(known.get('VIR_STATE_NEXT')).toBe(17);
    expect(known.get('VIR_SIZE')).toBe(257);
  });

  it('says which member it does not understand', () => {
    expect(() => parseHeader('x', 'typedef enum { VIR_Z = sizeof(int) } virZ;', new Map())).toThrow(
      'virZ: cannot evaluate VIR_Z = sizeof(int)',
    );
  });
});
