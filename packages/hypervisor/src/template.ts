import { HypervisorError } from './error.ts';
import { escapeXml } from './escape-xml.ts';
import type { VmSpec } from './spec/definition/vm-spec.ts';
import type { SpecProblem } from './spec/spec-problem.ts';
import { assertNoProblems, specProblems } from './validate/validate-spec.ts';

/** A parameter of a template. */
export interface TemplateParameter {
  /** What it is. */
  readonly type: 'string' | 'number' | 'boolean';
  /** For people. */
  readonly description?: string | undefined;
  /** What it is when nobody says; without it the parameter must be given. */
  readonly default?: string | number | boolean | undefined;
  /** The least that a number may be, or the fewest characters of a text. */
  readonly minimum?: number | undefined;
  /** The most that a number may be, or the most characters of a text. */
  readonly maximum?: number | undefined;
  /** The only values it may have. */
  readonly choices?: readonly (string | number)[] | undefined;
}

/** Parameters by name. */
export type TemplateParameters = Readonly<Record<string, TemplateParameter>>;

type ValueOf<Parameter extends TemplateParameter> = Parameter['type'] extends 'number'
  ? number
  : Parameter['type'] extends 'boolean'
    ? boolean
    : string;

type Optional<Parameters extends TemplateParameters> = {
  [Name in keyof Parameters]: Parameters[Name] extends { readonly default: string | number | boolean } ? Name : never;
}[keyof Parameters];

/** What is given for parameters: those without a default must be. */
export type TemplateArguments<Parameters extends TemplateParameters> = {
  readonly [Name in Exclude<keyof Parameters, Optional<Parameters>>]: ValueOf<Parameters[Name]>;
} & { readonly [Name in Optional<Parameters>]?: ValueOf<Parameters[Name]> | undefined };

/**
 * A specification with holes: every text in it may hold `{{name}}` of a parameter. A text that is nothing but one hole
 * becomes the parameter's value with its type: `vcpus: '{{cpus}}'` becomes a number.
 *
 * In the `xml` of a patch a value is text or an attribute's value and never markup. In its `select` it can stand between
 * quotes, and be anything but quotes and brackets; elsewhere it must be a name or number.
 */
export type SpecPattern = { readonly [Field in keyof VmSpec]?: Pattern<VmSpec[Field]> };

type Pattern<Value> = Value extends readonly (infer Item)[]
  ? readonly Pattern<Item>[] | `{{${string}}}`
  : Value extends object
    ? { readonly [Field in keyof Value]: Pattern<Value[Field]> }
    : Value | `{{${string}}}`;

/** A template, as it is written. */
export interface TemplateDefinition<Parameters extends TemplateParameters> {
  /** Its name. */
  readonly name: string;
  /** Its version, in any form: `1.2.0`. */
  readonly version: string;
  /** For people. */
  readonly description?: string | undefined;
  /** What can be said of a machine made from it. */
  readonly parameters: Parameters;
  /** The machine. Fields of it replace those of `extends`, objects field by field, lists as a whole. */
  readonly spec: SpecPattern;
}

/** A template of machines. */
export interface Template<
  Parameters extends TemplateParameters = TemplateParameters,
> extends TemplateDefinition<Parameters> {
  /**
   * The specification that arguments make of it. What they say never becomes markup or steps of a path in `xmlPatches`.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when arguments are missing, wrong or unknown, or the
   * specification is wrong; `details.problems` lists all.
   */
  instantiate(values: TemplateArguments<Parameters>): VmSpec;
  /** A template with more or other parameters and fields. What is not named stays. */
  extend<More extends TemplateParameters>(
    definition: TemplateDefinition<More>,
  ): Template<Omit<Parameters, keyof More> & More>;
}

/**
 * Makes a template of machines, with typed parameters.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when a hole in it names no parameter.
 *
 * @example
 * ```ts
 * import { defineTemplate } from '@novacron/hypervisor';
 *
 * const web = defineTemplate({
 *   name: 'web',
 *   version: '1.0.0',
 *   parameters: { number: { type: 'number', minimum: 1 }, cpus: { type: 'number', default: 2 } },
 *   spec: { name: 'web-{{number}}', vcpus: '{{cpus}}', os: 'debian12', tags: { role: 'web' } },
 * });
 * web.instantiate({ number: 7 }) // => { name: 'web-7', vcpus: 2, os: 'debian12', tags: { role: 'web' } }
 * const big = web.extend({ name: 'web-big', version: '1.0.0', parameters: {}, spec: { memoryBytes: 8 * 1024 ** 3 } });
 * big.instantiate({ number: 1, cpus: 8 }).memoryBytes // => 8_589_934_592
 * ```
 */
export function defineTemplate<const Parameters extends TemplateParameters>(
  definition: TemplateDefinition<Parameters>,
): Template<Parameters> {
  const { name, version, parameters, spec } = definition;
  const unknown = [...holesIn(spec)].filter((hole) => !Object.hasOwn(parameters, hole));
  if (unknown.length > 0) {
    throw new HypervisorError({
      kind: 'invalid',
      message: `Template ${name} ${version} has no parameter ${unknown.join(', ')}; declare it under parameters`,
      details: { template: name, version, unknown },
    });
  }
  return {
    ...definition,
    instantiate(values) {
      const what = `The machine of template ${name} ${version}`;
      const given: Readonly<Record<string, unknown>> = values;
      assertNoProblems(argumentProblems(parameters, given), what);
      const valueOf = (hole: string): unknown => given[hole] ?? parameters[hole]?.default;
      const { xmlPatches, ...rest } = spec;
      assertNoProblems(pathProblems(xmlPatches, valueOf), what);
      const patches = xmlPatches === undefined ? {} : { xmlPatches: fillPatches(xmlPatches, valueOf) };
      const filled = { ...(substitute(rest, valueOf) as object), ...patches } as VmSpec;
      assertNoProblems(specProblems(filled), what);
      return filled;
    },
    extend(more) {
      const both = { ...parameters, ...more.parameters } as Omit<Parameters, keyof typeof more.parameters> &
        typeof more.parameters;
      return defineTemplate({ ...more, parameters: both, spec: merge(spec, more.spec) as SpecPattern });
    },
  };
}

function argumentProblems(parameters: TemplateParameters, values: Readonly<Record<string, unknown>>): SpecProblem[] {
  const problems: SpecProblem[] = [];
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(parameters, name))
      problems.push({
        path: name,
        message: 'is no parameter',
        fix: `use one of ${Object.keys(parameters).join(', ')}`,
      });
  }
  for (const [name, parameter] of Object.entries(parameters)) {
    const message = wrong(parameter, values[name] ?? parameter.default);
    if (message !== undefined) problems.push({ path: name, message });
  }
  return problems;
}

function wrong({ type, minimum, maximum, choices }: TemplateParameter, value: unknown): string | undefined {
  if (value === undefined) return 'must be given';
  if (typeof value !== type || Number.isNaN(value)) return `must be a ${type}`;
  if (choices !== undefined && !choices.includes(value as string)) return `must be ${choices.join(' or ')}`;
  const size = typeof value === 'string' ? value.length : Number(value);
  const what = type === 'string' ? 'characters long' : '';
  if (minimum !== undefined && size < minimum) return `must be at least ${minimum} ${what}`.trimEnd();
  if (maximum !== undefined && size > maximum) return `must be at most ${maximum} ${what}`.trimEnd();
  return undefined;
}

const hole = /\{\{\s*(\w+)\s*\}\}/g;
const onlyHole = /^\{\{\s*(\w+)\s*\}\}$/;

/** Plain objects are looked into; bytes to upload and the like are taken as they are. */
const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function substitute(value: unknown, valueOf: (hole: string) => unknown): unknown {
  if (typeof value === 'string') {
    const [, only] = onlyHole.exec(value) ?? [];
    if (only !== undefined) return valueOf(only);
    return value.replace(hole, (_, name: string) => String(valueOf(name)));
  }
  if (Array.isArray(value)) return value.map((item) => substitute(item, valueOf));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, valueOf)]));
}

/** Patches with their holes filled: what stands in XML is escaped, so that it stays text. */
function fillPatches(patches: unknown, valueOf: (hole: string) => unknown): unknown {
  if (!Array.isArray(patches)) return substitute(patches, valueOf);
  return patches.map((patch: unknown) => {
    if (!isPlain(patch) || typeof patch['xml'] !== 'string') return substitute(patch, valueOf);
    const xml = patch['xml'].replace(hole, (_, name: string) => escapeXml(String(valueOf(name))));
    return { ...(substitute(patch, valueOf) as object), xml };
  });
}

/** Arguments that would end the place of a path at which they stand. */
function pathProblems(patches: unknown, valueOf: (hole: string) => unknown): SpecProblem[] {
  const paths = Array.isArray(patches) ? patches.map((patch: unknown) => isPlain(patch) && patch['select']) : [];
  return paths.flatMap((path) => {
    if (typeof path !== 'string') return [];
    return Array.from(path.matchAll(hole)).flatMap(({ 1: name = '', index }): SpecProblem[] => {
      const quotes = path.slice(0, index).replaceAll(/[^'"]/g, '').length;
      const isQuoted = quotes % 2 === 1;
      const value = String(valueOf(name));
      if (isQuoted ? !/['"[\]]/.test(value) : /^[\w.:-]+$/.test(value)) return [];
      const message = isQuoted ? 'must have no quotes and brackets' : 'must be letters, digits, hyphens and dots';
      return [{ path: name, message: `${message}: it stands in the path of a patch` }];
    });
  });
}

function holesIn(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof value === 'string') for (const [, name = ''] of value.matchAll(hole)) found.add(name);
  else if (Array.isArray(value)) for (const item of value) holesIn(item, found);
  else if (isPlain(value)) for (const item of Object.values(value)) holesIn(item, found);
  return found;
}

function merge(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (!isPlain(base) || !isPlain(over)) return over;
  const keys = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries(Array.from(keys, (key) => [key, merge(base[key], over[key])]));
}
