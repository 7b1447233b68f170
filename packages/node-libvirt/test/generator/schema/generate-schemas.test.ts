import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatSchemas } from '../../../generator/schema/format-schemas.ts';
import { generateSchemas } from '../../../generator/schema/generate-schemas.ts';
import { kinds } from '../../../generator/schema/kinds.ts';
import type { SchemaDescription } from '../../../generator/schema/schema-description.ts';
import { rootShape } from '../../../src/xml/object/schema-shapes.ts';
import { extraKey, type Shape } from '../../../src/xml/object/shape.ts';
import { xmlKinds } from '../../../src/xml/index.ts';
import { allPatterns } from './all-patterns.ts';

const root = join(import.meta.dirname, '../../..');
const text = readFileSync(join(root, 'generator/schema/schemas.json'), 'utf8');
const description = JSON.parse(text) as SchemaDescription;
const directory = join(root, 'src/xml/schema');

describe('the generated grammar and types', () => {
  const files = generateSchemas(description);

  it('are what the generator makes of the committed description, byte for byte', () => {
    for (const [name, code] of files) expect(readFileSync(join(directory, name), 'utf8') === code, name).toBe(true);
  });

  it('are all that is there: no file is left over from before', () => {
    expect(readdirSync(directory).toSorted()).toEqual([...files.keys()].toSorted());
  });

  it('are small enough to ship', () => {
    expect(files.get('grammar.gen.ts')?.length).toBeLessThan(150 * 1024);
  });

  it('hold names, structure and datatypes, and none of the text of libvirt', () => {
    for (const comment of files.get('types.gen.ts')?.match(/\/\*\*.*?\*\//gs) ?? []) {
      expect(comment.length, comment).toBeLessThan(160);
    }
    expect(text).not.toMatch(/FIXME|<!--|XXX/);
  });

  it('cover every kind', () => {
    expect(xmlKinds).toEqual(kinds.map(({ schema }) => schema));
    for (const { name } of kinds) {
      expect(files.get('types.gen.ts')).toContain(`export interface ${name}XML extends XMLObject {`);
      expect(files.get('functions.gen.ts')).toContain(`export function parse${name}XML(`);
    }
  });
});

describe('the committed description', () => {
  it('is in the form that the extraction writes', () => {
    expect(formatSchemas(description)).toBe(text);
  });
});

describe('the grammar of libvirt', () => {
  const patterns = [...allPatterns()];

  it('is readable to its last pattern', () => {
    expect(patterns.length).toBeGreaterThan(4000);
  });
});

describe('the objects', () => {
  const shapes = new Map<Shape, string>();
  const visit = (shape: Shape, path: string): void => {
    if (shapes.has(shape)) return;
    shapes.set(shape, path);
    for (const child of shape.children.values())
      if (child.form === 'object') visit(child.shape(), `${path}/${child.name}`);
  };
  for (const kind of xmlKinds) visit(rootShape(kind).shape, kind);

  it('have a place of its own for each attribute, element and text', () => {
    for (const [shape, path] of shapes) {
      const places = [
        ...shape.attributes.values(),
        ...shape.children.values(),
        ...(shape.text === undefined ? [] : [shape.text]),
      ];
      expect(shape.keys.size, path).toBe(places.length);
      expect(shape.keys, path).not.toContain(extraKey);
      for (const { key } of places) expect(key in Object.prototype, key).toBe(false);
    }
  });

  it('rename elements only where an attribute has the same name, and these are all', () => {
    const renamed = [...shapes].flatMap(([shape, path]) =>
      [...shape.children.values()].filter(({ key, name }) => key !== name).map(({ key }) => `${path}: ${key}`),
    );
    expect(renamed).toEqual([
      'domain/os: firmwareElement',
      'domain/devices/disk/mirror: formatElement',
      'domain/devices/controller: modelElement',
      'domain/devices/interface/source: addressElement',
      'domain/devices/graphics: listenElement',
      'nodedev/capability: typeElement',
      'nodedev/capability/capability: typeElement',
    ]);
  });
});
