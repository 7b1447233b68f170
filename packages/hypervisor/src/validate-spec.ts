import { HypervisorError } from './error.ts';
import type { VmSpec } from './spec/vm-spec.ts';

/** One thing that is wrong with a specification. */
export interface SpecProblem {
  /** Where: `disks[1].source`. */
  readonly path: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const forbiddenInNames = /[\u0000-\u001f\u007f/]/;
// eslint-disable-next-line no-control-regex -- as above; tab and line ends are text
const forbiddenInText = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const macAddress = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;
const mebibyte = 1024 ** 2;

/**
 * All that is wrong with a specification; an empty list when nothing is.
 *
 * @example
 * ```ts
 * import { specProblems } from '@novacron/hypervisor';
 *
 * specProblems({ name: '', vcpus: 0 }).map((problem) => problem.path) // => ['name', 'vcpus']
 * ```
 */
export function specProblems(spec: VmSpec): readonly SpecProblem[] {
  const problems: SpecProblem[] = [];
  const check = (holds: boolean, path: string, message: string): void => {
    if (!holds) problems.push({ path, message });
  };
  const { name, vcpus, memoryBytes, tags = {}, description, disks = [], networks = [], directBoot } = spec;
  check(
    typeof name === 'string' && name.length >= 1 && name.length <= 255 && !forbiddenInNames.test(name),
    'name',
    'must be 1 to 255 characters without control characters or slashes',
  );
  check(
    vcpus === undefined || (Number.isInteger(vcpus) && vcpus >= 1 && vcpus <= 4096),
    'vcpus',
    `must be a whole number from 1 to 4096, not ${String(vcpus)}`,
  );
  check(
    memoryBytes === undefined || (Number.isSafeInteger(memoryBytes) && memoryBytes >= mebibyte),
    'memoryBytes',
    `must be a whole number of bytes, at least ${mebibyte} (1 MiB), not ${String(memoryBytes)}`,
  );
  for (const [key, value] of Object.entries(tags)) {
    check(
      key !== '' && typeof value === 'string' && !forbiddenInText.test(key + value),
      `tags[${JSON.stringify(key)}]`,
      'needs a name and a text, both without control characters',
    );
  }
  check(
    description === undefined || (typeof description === 'string' && !forbiddenInText.test(description)),
    'description',
    'must be text without control characters',
  );
  for (const [index, disk] of disks.entries()) {
    check(
      typeof disk.source === 'string' && disk.source !== '',
      `disks[${index}].source`,
      'must name an image or a volume',
    );
  }
  for (const [index, { network, macAddress: mac }] of networks.entries()) {
    check(typeof network === 'string' && network !== '', `networks[${index}].network`, 'must name a network');
    check(
      mac === undefined || macAddress.test(mac),
      `networks[${index}].macAddress`,
      `must look like 52:54:00:12:34:56, not ${String(mac)}`,
    );
  }
  check(directBoot === undefined || directBoot.kernel !== '', 'directBoot.kernel', 'must be the path of a kernel');
  return problems;
}

/**
 * Refuses a specification that is wrong, naming all problems at once.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when there are problems; `details.problems` lists them.
 */
export function validateSpec(spec: VmSpec): void {
  const problems = specProblems(spec);
  if (problems.length === 0) return;
  throw new HypervisorError({
    kind: 'invalid',
    message: `The specification of VM ${JSON.stringify(spec.name)} is wrong: ${problems.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
    details: { problems },
  });
}
