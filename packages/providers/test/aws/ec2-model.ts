import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A shape of the service model (botocore's format). */
export interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, Member>>;
  readonly member?: Member;
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
}

interface Member {
  readonly shape: string;
  readonly locationName?: string;
  readonly queryName?: string;
}

interface Model {
  readonly operations: Readonly<Record<string, { readonly input?: Member; readonly output?: Member }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

const file = join(import.meta.dirname, '../fixtures/ec2-2016-11-15.json');

/** The vendor's own description of the operations in use. */
export const model: Model = JSON.parse(readFileSync(file, 'utf8')) as Model;

const shapeOf = (member: Member): Shape => {
  const shape = model.shapes[member.shape];
  if (shape === undefined) throw new Error(`The model has no shape ${member.shape}`);
  return shape;
};

/** How EC2's query protocol spells a member in a request. */
function queryName(name: string, { queryName: own, locationName }: Member): string {
  return own ?? (locationName === undefined ? name : locationName[0]?.toUpperCase() + locationName.slice(1));
}

/** A request that the model does not allow. */
export class ModelViolation extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Reads a request's parameters as the model describes them; whatever it does not describe is a violation. */
export function readRequest(operation: string, parameters: ReadonlyMap<string, string>): Record<string, unknown> {
  const input = model.operations[operation]?.input;
  if (input === undefined) throw new ModelViolation('InvalidAction', `There is no action ${operation}`);
  const left = new Set(parameters.keys());
  const value = read(shapeOf(input), '', parameters, left, operation) as Record<string, unknown> | undefined;
  if (left.size > 0) throw new ModelViolation('UnknownParameter', `Unknown parameters: ${[...left].join(', ')}`);
  return value ?? {};
}

function read(
  shape: Shape,
  path: string,
  parameters: ReadonlyMap<string, string>,
  left: Set<string>,
  name: string,
): unknown {
  if (shape.type === 'structure') return readStructure(shape, path, parameters, left, name);
  if (shape.type === 'list') {
    const items: unknown[] = [];
    const member = shape.member as Member;
    for (let index = 1; hasBelow(`${path}.${index}`, parameters); index++) {
      items.push(read(shapeOf(member), `${path}.${index}`, parameters, left, `${name}.${index}`));
    }
    return items.length === 0 ? undefined : items;
  }
  const text = parameters.get(path);
  if (text === undefined) return undefined;
  left.delete(path);
  return readScalar(shape, text, path);
}

function readStructure(
  shape: Shape,
  path: string,
  parameters: ReadonlyMap<string, string>,
  left: Set<string>,
  name: string,
): unknown {
  if (path !== '' && !hasBelow(path, parameters)) return undefined;
  const value: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(shape.members ?? {})) {
    const spelled = queryName(key, member);
    const found = read(shapeOf(member), path === '' ? spelled : `${path}.${spelled}`, parameters, left, key);
    if (found !== undefined) value[key] = found;
  }
  for (const key of shape.required ?? []) {
    if (value[key] === undefined) throw new ModelViolation('MissingParameter', `${name} needs ${key}`);
  }
  return value;
}

function hasBelow(path: string, parameters: ReadonlyMap<string, string>): boolean {
  for (const key of parameters.keys()) if (key === path || key.startsWith(`${path}.`)) return true;
  return false;
}

function readScalar(shape: Shape, text: string, path: string): unknown {
  const wrong = (expected: string): never => {
    throw new ModelViolation('InvalidParameterValue', `${path} must be ${expected}, not ${JSON.stringify(text)}`);
  };
  if (shape.type === 'integer' || shape.type === 'long') {
    if (!/^-?\d+$/.test(text)) return wrong('a whole number');
    if (Number(text) < (shape.min ?? -Infinity) || Number(text) > (shape.max ?? Infinity)) return wrong('in range');
    return Number(text);
  }
  if (shape.type === 'boolean') return text === 'true' || text === 'false' ? text === 'true' : wrong('true or false');
  if (shape.enum !== undefined && !shape.enum.includes(text))
    return wrong(`one of the model's ${shape.enum.length} values`);
  if (shape.pattern !== undefined && !new RegExp(`^(?:${shape.pattern})$`).test(text))
    return wrong(`like ${shape.pattern}`);
  if (text.length < (shape.min ?? 0) || text.length > (shape.max ?? Infinity)) return wrong('of the right length');
  return text;
}

/** Writes an answer as the model describes it; a field that the model does not know is a fault of the fake. */
export function writeResponse(operation: string, value: Readonly<Record<string, unknown>>, requestId: string): string {
  const output = model.operations[operation]?.output;
  const body = output === undefined ? '<return>true</return>' : write(shapeOf(output), value);
  return `<?xml version="1.0" encoding="UTF-8"?><${operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>${requestId}</requestId>${body}</${operation}Response>`;
}

function write(shape: Shape, value: unknown): string {
  if (shape.type === 'list') {
    return (value as unknown[]).map((item) => `<item>${write(shapeOf(shape.member as Member), item)}</item>`).join('');
  }
  if (shape.type !== 'structure') return escapeText(value instanceof Date ? value.toISOString() : String(value));
  return Object.entries(value as object)
    .map(([key, item]) => {
      const member = shape.members?.[key];
      if (member === undefined) throw new Error(`The model has no member ${key}`);
      const name = member.locationName ?? key;
      return item === undefined ? '' : `<${name}>${write(shapeOf(member), item)}</${name}>`;
    })
    .join('');
}

function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? character);
}
