import { HypervisorError } from '../error.ts';
import type { VmSpec } from '../spec/definition/vm-spec.ts';
import type { SpecProblem } from '../spec/spec-problem.ts';
import { checkBoot } from './check-boot.ts';
import { checkCpuAndMemory } from './check-cpu.ts';
import { checkDevices } from './check-devices.ts';
import { checkDisks } from './check-disks.ts';
import { checkNetworks } from './check-networks.ts';
import { Checks, isRecord, isText, isWhole, shown, type Unchecked } from './checks.ts';

const mebibyte = 1024 ** 2;

/**
 * All that is wrong with a specification by itself; an empty list when nothing is. Whatever it is given, it does not
 * throw.
 *
 * @param spec - What the new machine shall be.
 * @param options - The token that the caller wants it made under.
 *
 * @example
 * ```ts
 * import { specProblems } from '@novacron/hypervisor';
 *
 * specProblems({ name: '', vcpus: 0 }).map((problem) => problem.path) // => ['name', 'vcpus']
 * ```
 */
export function specProblems(
  spec: VmSpec,
  options: { readonly clientToken?: string | undefined } = {},
): readonly SpecProblem[] {
  if (!isRecord(spec)) return [{ path: '', message: `must be an object, not ${shown(spec)}` }];
  const checks = new Checks();
  const unchecked = spec as Unchecked;
  const { name, vcpus, memoryBytes, tags, description, size, image, owner, category } = unchecked;
  checks.name(name, 'name');
  checks.whole(vcpus, 'vcpus', [1, 4096]);
  checks.check(
    memoryBytes === undefined || (isWhole(memoryBytes) && memoryBytes >= mebibyte),
    'memoryBytes',
    `must be a whole number of bytes, at least ${mebibyte} (1 MiB), not ${shown(memoryBytes)}`,
  );
  checkTags(tags, checks);
  for (const [path, text] of Object.entries({ description, size, image, owner, category }))
    checks.optionalText(text, path);
  checkDisks(unchecked['disks'], checks);
  checkNetworks(unchecked['networks'], checks);
  checkCpuAndMemory(unchecked, checks);
  checkDevices(unchecked, checks);
  checkBoot(unchecked, checks);
  const { clientToken } = options as Unchecked;
  checks.check(
    clientToken === undefined || (isText(clientToken) && clientToken.length <= 64),
    'clientToken',
    'must be text of 1 to 64 characters without control characters',
  );
  return checks.problems;
}

/**
 * Refuses a specification that is wrong, naming all problems at once.
 *
 * @param spec - What the new machine shall be.
 * @param options - The token that the caller wants it made under.
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when there are problems; `details.problems` lists them.
 */
export function validateSpec(spec: VmSpec, options: { readonly clientToken?: string | undefined } = {}): void {
  const name = (spec as Partial<VmSpec> | null | undefined)?.name;
  assertNoProblems(specProblems(spec, options), `The specification of VM ${shown(name)}`);
}

/**
 * Turns problems into an error.
 *
 * @param what - What they are problems of: `The specification of VM "web-1"`.
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when there are any; `details.problems` lists them.
 */
export function assertNoProblems(problems: readonly SpecProblem[], what: string): void {
  if (problems.length === 0) return;
  throw new HypervisorError({
    kind: 'invalid',
    message: `${what} is wrong: ${problems.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
    details: { problems },
  });
}

/** Looks at labels. */
export function checkTags(tags: unknown, checks: Checks): void {
  if (tags === undefined) return;
  if (!isRecord(tags)) return checks.check(false, 'tags', `must be an object of texts, not ${shown(tags)}`);
  for (const [key, value] of Object.entries(tags)) {
    checks.check(
      isText(key) && (value === '' || isText(value)),
      `tags[${JSON.stringify(key)}]`,
      'needs a name and a text, both without control characters',
    );
  }
}
