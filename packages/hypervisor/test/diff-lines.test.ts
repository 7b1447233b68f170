import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines } from '../src/diff-lines.ts';

describe('diffLines', () => {
  it('shows what changed with three lines around it', () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const after = before.with(10, 'changed').toSpliced(19, 1);
    expect(diffLines(before.join('\n'), after.join('\n'))).toEqual([
      ' line 7',
      ' line 8',
      ' line 9',
      '-line 10',
      '+changed',
      ' line 11',
      ' line 12',
      ' line 13',
      ' line 16',
      ' line 17',
      ' line 18',
      '-line 19',
    ]);
  });

  it('is empty for equal texts, and its lines are those of the texts otherwise', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before.join('\n'), after.join('\n'));
        // So short a text is shown as a whole unless nothing changed.
        const side = (sign: string): string[] =>
          lines.filter((line) => line[0] === ' ' || line[0] === sign).map((line) => line.slice(1));
        if (before.join() === after.join()) expect(lines).toEqual([]);
        else if (before.length <= 3 && after.length <= 3) expect([side('-'), side('+')]).toEqual([before, after]);
      }),
    );
  });
});
