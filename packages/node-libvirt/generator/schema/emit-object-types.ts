import type { Pattern } from '../../src/xml/grammar/pattern.ts';
import type { ChildProperty, Property, Shape } from '../../src/xml/object/shape.ts';
import type { RootShape } from '../../src/xml/object/schema-shapes.ts';
import type { Kind } from './kinds.ts';
import { TypeNames } from './type-names.ts';

/** The interfaces of all objects, and the table of the kinds. */
export function emitObjectTypes(kinds: readonly Kind[], rootOf: (kind: Kind) => RootShape): string[] {
  const names = new TypeNames();
  for (const kind of kinds) {
    const { shape, name } = rootOf(kind);
    names.add(kind.name, shape, name ?? '');
  }
  const roots = new Map(kinds.map((kind) => [rootOf(kind).shape, kind]));
  const interfaces = Array.from(names.all, ([shape, name]) => {
    const kind = roots.get(shape);
    const path = names.pathOf(shape);
    const comment =
      kind === undefined
        ? `\`${path}\``
        : `${kind.noun.charAt(0).toUpperCase()}${kind.noun.slice(1)}${path === '' ? '' : `: \`<${path}>\``}.`;
    return `/** ${comment} */\nexport interface ${name} extends XMLObject {\n${members(shape, names)}}`;
  });
  const table = kinds.map((kind) => `  ${kind.schema}: ${names.of(rootOf(kind).shape)};`);
  return [
    `import type { XMLObject } from '../object/xml-extra.ts';\nimport type { XMLElement } from '../tree/xml-element.ts';`,
    ...interfaces,
    `/** The type of the objects by kind of document. */\nexport interface XMLTypes {\n${table.join('\n')}\n}`,
  ];
}

function members(shape: Shape, names: TypeNames): string {
  const lines: string[] = [];
  const add = ({ key, required }: Property, type: string): void => {
    const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : `'${key}'`;
    lines.push(`  ${name}${required ? '' : '?'}: ${type}${required ? '' : ' | undefined'};\n`);
  };
  for (const place of shape.attributes.values()) add(place, textType(place));
  if (shape.text !== undefined) add(shape.text, textType(shape.text));
  for (const place of shape.children.values()) {
    const type = childType(place, names);
    add(place, place.many ? (type.includes(' ') ? `(${type})[]` : `${type}[]`) : type);
  }
  return lines.join('');
}

function childType(place: ChildProperty, names: TypeNames): string {
  if (place.form === 'open') return 'XMLElement';
  return place.form === 'scalar' ? textType(place) : names.of(place.shape());
}

/** `number`, the words that are possible, or any text. */
function textType({ texts, scalar }: Property): string {
  const types = new Set<string>();
  const all: Pattern[] = [...texts].reverse();
  for (let pattern = all.pop(); pattern !== undefined; pattern = all.pop()) {
    if (pattern.kind === 'value') types.add(`'${pattern.name.replaceAll(/['\\]/g, '\\$&')}'`);
    else if (pattern.kind === 'data' && scalar === 'number') types.add('number');
    else if (pattern.kind === 'data' || pattern.kind === 'text') return 'string';
    else all.push(...pattern.parts.toReversed());
  }
  return types.size === 0 ? 'string' : [...types].join(' | ');
}
