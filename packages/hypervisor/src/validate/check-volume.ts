import { checkEncryption, checkReference } from './check-disks.ts';
import { Checks, isRecord, shown, type Unchecked } from './checks.ts';
import { assertNoProblems } from './validate-spec.ts';
import type { VolumeSpec } from '../spec/operations/volumes.ts';
import type { SpecProblem } from '../spec/spec-problem.ts';

/**
 * Refuses a size that no volume can get.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when it is no whole number of 1 or more.
 */
export function assertVolumeSize(sizeBytes: unknown): void {
  const checks = new Checks();
  checks.whole(sizeBytes ?? null, 'sizeBytes', [1, Number.MAX_SAFE_INTEGER]);
  assertNoProblems(checks.problems, 'The size');
}

/** All that is wrong with a volume by itself. Whatever it is given, it does not throw. */
export function volumeProblems(spec: VolumeSpec): readonly SpecProblem[] {
  if (!isRecord(spec)) return [{ path: '', message: `must be an object, not ${shown(spec)}` }];
  const checks = new Checks();
  const { pool, name, sizeBytes, format, allocate, image, reflink, backing, encryption } = spec as Unchecked;
  checks.name(pool, 'pool');
  checks.name(name, 'name');
  checks.whole(sizeBytes, 'sizeBytes', [1, Number.MAX_SAFE_INTEGER]);
  checks.check(
    sizeBytes !== undefined || image !== undefined || backing !== undefined,
    'sizeBytes',
    'must say how large a new volume is',
    'give a size in bytes: 10 * 1024 ** 3',
  );
  checks.choice(format, ['qcow2', 'raw'], 'format');
  checks.flag(allocate, 'allocate');
  checkReference(image, 'image', checks);
  checkReference(backing, 'backing', checks);
  checks.flag(reflink, 'reflink');
  checks.check(
    reflink !== true || (image !== undefined && format === 'raw' && encryption === undefined),
    'reflink',
    'needs image and the format raw, without encryption',
    'leave it out for a copy of its own',
  );
  checks.check(
    image === undefined || backing === undefined,
    'image',
    'can not stand beside backing',
    'keep image for a full copy, or backing for what changes',
  );
  checks.check(backing === undefined || format !== 'raw', 'format', 'must be qcow2 on top of another volume');
  checkEncryption(encryption, 'encryption', checks);
  return checks.problems;
}
