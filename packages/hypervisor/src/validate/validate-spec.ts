import { HypervisorError } from './error.ts';
import type { VmSpec } from './spec/vm-spec.ts';

/** One thing that is wrong with a specification. */
export interface SpecProblem {
  /** Where: `disks[1].source`. */
  readonly path: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** Checks one value at its place; files a problem when it is wrong. */
type Check = (holds: boolean, path: string, message: string) => void;
/** What a caller without a type checker may have passed. */
type Unchecked = Readonly<Record<string, unknown>>;

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const forbiddenInNames = /[\u0000-\u001f\u007f/]/;
// eslint-disable-next-line no-control-regex -- as above; tab and line ends are text. XML can hold none of these
const forbiddenInText = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\u{d800}-\u{dfff}]/u;
const macAddress = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;
const mebibyte = 1024 ** 2;
/** File systems take 255 bytes; hypervisors append `.xml`, `.log` and the like. */
const longestNameBytes = 250;

/**
 * All that is wrong with a specification; an empty list when nothing is. Whatever it is given, it does not throw.
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
  const problems: SpecProblem[] = [];
  const check: Check = (holds, path, message) => {
    if (!holds) problems.push({ path, message });
  };
  const { name, vcpus, memoryBytes, tags, disks, networks, directBoot, ...rest } = spec as Unchecked;
  check(
    isText(name) && !forbiddenInNames.test(name) && new TextEncoder().encode(name).length <= longestNameBytes,
    'name',
    `must be 1 to ${longestNameBytes} bytes of UTF-8 without control characters or slashes`,
  );
  check(
    vcpus === undefined || (isWhole(vcpus) && vcpus >= 1 && vcpus <= 4096),
    'vcpus',
    `must be a whole number from 1 to 4096, not ${shown(vcpus)}`,
  );
  check(
    memoryBytes === undefined || (isWhole(memoryBytes) && memoryBytes >= mebibyte),
    'memoryBytes',
    `must be a whole number of bytes, at least ${mebibyte} (1 MiB), not ${shown(memoryBytes)}`,
  );
  checkTags(tags, check);
  const { description, size, image } = rest;
  for (const [path, text] of Object.entries({ description, size, image })) {
    check(text === undefined || text === '' || isText(text), path, 'must be text without control characters');
  }
  eachRecord(disks, 'disks', check, checkDisk);
  eachRecord(networks, 'networks', check, checkNetwork);
  checkDirectBoot(directBoot, check);
  const { clientToken } = options as Unchecked;
  check(
    clientToken === undefined || (isText(clientToken) && clientToken.length <= 64),
    'clientToken',
    'must be text of 1 to 64 characters without control characters',
  );
  return problems;
}

/**
 * Refuses a specification that is wrong, naming all problems at once.
 *
 * @param spec - What the new machine shall be.
 * @param options - The token that the caller wants it made under.
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when there are problems; `details.problems` lists them.
 */
export function validateSpec(spec: VmSpec, options: { readonly clientToken?: string | undefined } = {}): void {
  const problems = specProblems(spec, options);
  if (problems.length === 0) return;
  throw new HypervisorError({
    kind: 'invalid',
    message: `The specification of VM ${shown((spec as Partial<VmSpec> | null | undefined)?.name)} is wrong: ${problems.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
    details: { problems },
  });
}

function checkTags(tags: unknown, check: Check): void {
  if (tags === undefined) return;
  if (!isRecord(tags)) return check(false, 'tags', `must be an object of texts, not ${shown(tags)}`);
  for (const [key, value] of Object.entries(tags)) {
    check(
      isText(key) && (value === '' || isText(value)),
      `tags[${JSON.stringify(key)}]`,
      'needs a name and a text, both without control characters',
    );
  }
}

function checkDisk({ source, format, bus, readOnly }: Unchecked, path: string, check: Check): void {
  check(isText(source), `${path}.source`, 'must name an image or a volume');
  checkChoice(format, ['qcow2', 'raw'], `${path}.format`, check);
  checkChoice(bus, ['virtio', 'scsi', 'sata'], `${path}.bus`, check);
  check(readOnly === undefined || typeof readOnly === 'boolean', `${path}.readOnly`, 'must be true or false');
}

function checkNetwork({ network, model, macAddress: mac }: Unchecked, path: string, check: Check): void {
  check(isText(network), `${path}.network`, 'must name a network');
  checkChoice(model, ['virtio', 'e1000', 'e1000e'], `${path}.model`, check);
  check(
    mac === undefined || (typeof mac === 'string' && macAddress.test(mac)),
    `${path}.macAddress`,
    `must look like 52:54:00:12:34:56, not ${shown(mac)}`,
  );
}

function checkDirectBoot(directBoot: unknown, check: Check): void {
  if (directBoot === undefined) return;
  if (!isRecord(directBoot)) return check(false, 'directBoot', `must be an object, not ${shown(directBoot)}`);
  const { kernel, initrd, commandLine } = directBoot;
  check(isText(kernel), 'directBoot.kernel', 'must be the path of a kernel');
  check(initrd === undefined || isText(initrd), 'directBoot.initrd', 'must be the path of an initial RAM disk');
  check(
    commandLine === undefined || commandLine === '' || isText(commandLine),
    'directBoot.commandLine',
    'must be text without control characters',
  );
}

function checkChoice(value: unknown, choices: readonly string[], path: string, check: Check): void {
  const holds = value === undefined || (typeof value === 'string' && choices.includes(value));
  check(holds, path, `must be ${choices.join(' or ')}, not ${shown(value)}`);
}

function eachRecord(
  list: unknown,
  path: string,
  check: Check,
  checkOne: (item: Unchecked, path: string, check: Check) => void,
): void {
  if (list === undefined) return;
  if (!Array.isArray(list)) return check(false, path, `must be a list, not ${shown(list)}`);
  for (const [index, item] of (list as readonly unknown[]).entries()) {
    if (isRecord(item)) checkOne(item, `${path}[${index}]`, check);
    else check(false, `${path}[${index}]`, `must be an object, not ${shown(item)}`);
  }
}

const isRecord = (value: unknown): value is Unchecked =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && !forbiddenInText.test(value);

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

/** A value for a message: not every one can be turned into text. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : typeof value;
}
