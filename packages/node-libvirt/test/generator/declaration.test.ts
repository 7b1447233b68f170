import { describe, expect, it } from 'vitest';
import { parseDeclaration } from '../../generator/declaration.ts';

const known = new Map([['MAX', 64]]);

describe('parseDeclaration', () => {
  it.each([
    ['int active', { type: 'int', name: 'active', shape: 'one', limit: 1 }],
    ['unsigned hyper memory', { type: 'unsigned hyper', name: 'memory', shape: 'one', limit: 1 }],
    ['unsigned prog', { type: 'unsigned', name: 'prog', shape: 'one', limit: 1 }],
    [
      'remote_nonnull_string *remote_string',
      { type: 'remote_nonnull_string', name: 'remote_string', shape: 'optional', limit: 1 },
    ],
    ['char model[32]', { type: 'char', name: 'model', shape: 'fixed', limit: 32 }],
    ['remote_typed_param params<MAX>', { type: 'remote_typed_param', name: 'params', shape: 'list', limit: 64 }],
  ])('understands %s', (text, declaration) => {
    expect(parseDeclaration(text, known)).toEqual(declaration);
  });

  it('refuses what it does not understand', () => {
    expect(() => parseDeclaration('int a b[', known)).toThrow('cannot parse declaration "int a b["');
    expect(() => parseDeclaration('int a<NO>', known)).toThrow('unknown length NO in "int a<NO>"');
  });
});
