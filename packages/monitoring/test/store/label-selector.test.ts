import { matchLabels, type LabelSelector } from '@novacron/monitoring';
import { describe, expect, it } from 'vitest';

function matches(selector: LabelSelector, labels: Record<string, string>): boolean {
  return matchLabels(selector)(labels);
}

describe('matchLabels', () => {
  it('matches everything when nothing is asked', () => {
    expect(matchLabels()({ vm: 'a' })).toBe(true);
    expect(matches({}, {})).toBe(true);
  });

  it('asks for all of its conditions', () => {
    const selector: LabelSelector = { vm: { op: 'prefix', value: 'web-' }, zone: { op: 'in', values: ['a', 'b'] } };
    expect(matches(selector, { vm: 'web-1', zone: 'a' })).toBe(true);
    expect(matches(selector, { vm: 'web-1', zone: 'c' })).toBe(false);
    expect(matches(selector, { vm: 'db-1', zone: 'a' })).toBe(false);
  });

  it('takes a label that is not there for an empty text, as Prometheus does', () => {
    expect(matches({ vm: '' }, {})).toBe(true);
    expect(matches({ vm: { op: '!=', value: '' } }, {})).toBe(false);
    expect(matches({ vm: { op: '!=', value: 'a' } }, {})).toBe(true);
    expect(matches({ vm: { op: 'not-in', values: ['a'] } }, {})).toBe(true);
    expect(matches({ vm: { op: 'prefix', value: '' } }, {})).toBe(true);
  });

  it("does not take an object's own methods for labels", () => {
    expect(matches({ valueOf: { op: '!=', value: '' } } as LabelSelector, {})).toBe(false);
    expect(matches({ constructor: '' }, {})).toBe(true);
  });

  it('refuses conditions that make no sense, and says of which label', () => {
    const wrong = [
      { op: '=~', value: '.*' },
      { op: '=' },
      { op: 'prefix', value: 3 },
      { op: 'in', values: 'a' },
      {},
      null,
      5,
    ];
    for (const condition of wrong) {
      expect(() => matchLabels({ vm: condition } as unknown as LabelSelector)).toThrow(
        expect.objectContaining({ code: 'NOVA_MONITORING_INVALID', details: { label: 'vm' } }),
      );
    }
  });
});
