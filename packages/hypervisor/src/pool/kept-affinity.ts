import type { AffinityRule } from './types.ts';

/** The tag under which a pool keeps the rules of a machine, so that they hold when it is moved, whoever moves it. */
export const affinityTag = 'nova.affinity';

type Tags = Readonly<Record<string, string>>;

/** A machine's tags with its rules among them. */
export function withAffinity(tags: Tags, affinity: readonly AffinityRule[]): Tags {
  return affinity.length === 0 ? tags : { ...tags, [affinityTag]: JSON.stringify(affinity) };
}

/** The rules that a machine was made with; what somebody else has written there is ignored. */
export function keptAffinity(tags: Tags): readonly AffinityRule[] {
  try {
    const kept: unknown = JSON.parse(tags[affinityTag] ?? '[]');
    return Array.isArray(kept) ? kept.filter(isRule) : [];
  } catch {
    return [];
  }
}

function isRule(value: unknown): value is AffinityRule {
  const { kind, tags } = (value ?? {}) as Partial<Record<keyof AffinityRule, unknown>>;
  return (kind === 'together' || kind === 'apart') && typeof tags === 'object' && tags !== null;
}
