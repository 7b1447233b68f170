import { type Codecs, propertyName } from './codec.ts';
import type { Program, TypeDefinition } from './description.ts';
import { typeName } from './naming.ts';

/**
 * The interfaces of a program's structs and unions.
 *
 * Fields that may be absent and the `flags` of arguments (0 by default) are optional.
 */
export function emitTypes(program: Program, codecs: Codecs): string[] {
  return program.types.flatMap((definition) => {
    const code = emitType(definition, codecs);
    return code === undefined ? [] : [code];
  });
}

function emitType(definition: TypeDefinition, codecs: Codecs): string | undefined {
  if ('struct' in definition) {
    const name = definition.struct;
    const fields = definition.fields.map((text) => {
      const declaration = codecs.declaration(text);
      const { type } = codecs.field(declaration, name);
      const optional = type.endsWith('| undefined') || isDefaulted(name, declaration.name);
      const suffix = optional && !type.endsWith('| undefined') ? ' | undefined' : '';
      return `  readonly ${propertyName(declaration)}${optional ? '?' : ''}: ${type}${suffix};`;
    });
    return `/** \`${name}\` */\nexport interface ${typeName(name)} {\n${fields.join('\n')}\n}`;
  }
  if ('union' in definition) {
    const arms = Object.entries(definition.cases).map(([label, text]) => {
      const { type } = codecs.field(codecs.declaration(text), definition.union);
      return `  | { readonly type: ${codecs.constant(label)}; readonly value: ${type} }`;
    });
    return `/** \`${definition.union}\`: \`value\` by \`type\`. */\nexport type ${typeName(definition.union)} =\n${arms.join('\n')};`;
  }
  return undefined;
}

/** Whether a field may be left out of the arguments, as 0. */
export function isDefaulted(struct: string, field: string): boolean {
  return field === 'flags' && struct.endsWith('_args');
}
