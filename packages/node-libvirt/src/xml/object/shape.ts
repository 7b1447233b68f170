import type { Pattern } from '../grammar/pattern.ts';
import { type Contents, ContentsReader, merged, type Occurrence } from './contents.ts';
import { inUsualOrder } from './usual-order.ts';
import { type ScalarKind, scalarKind } from './scalar-kind.ts';

/** A place in an object for an attribute, a child element or the text of an element. */
export interface Property {
  /** The name in the object. */
  readonly key: string;
  /** The patterns of the text; for child elements only where they are nothing but text. */
  readonly texts: readonly Pattern[];
  readonly scalar: ScalarKind;
  /** Whether the schema wants it always. */
  readonly required: boolean;
}

/** A place in an object for child elements. */
export interface ChildProperty extends Property {
  /** The name with the schemas' prefix. */
  readonly name: string;
  /** Whether there may be more than one, so that the value is an array. */
  readonly many: boolean;
  /** What the value is: a text, an object, or the element as it was read where the schema leaves its content open. */
  readonly form: 'scalar' | 'object' | 'open';
  /** The shape of the object. */
  readonly shape: () => Shape;
}

/**
 * The projection of all that the schema lets stand in an element: alternatives are put together, so that an object has
 * one place for each name.
 */
export interface Shape {
  /** By the attribute's name, in the order of the schema. */
  readonly attributes: ReadonlyMap<string, Property>;
  /** By the element's name with the schemas' prefix, in the order of the schema. */
  readonly children: ReadonlyMap<string, ChildProperty>;
  /** The text beside attributes or children. */
  readonly text: Property | undefined;
  /** All keys that the object may have, but `extra`. */
  readonly keys: ReadonlySet<string>;
  /** Whether the order between children of different names means something. */
  readonly ordered: boolean;
}

/** The key of an element's text where it also has attributes; no attribute or element beside a text has this name. */
export const textKey = 'value';

/** The key of what an object can not hold otherwise. */
export const extraKey = 'extra';

/** Elements whose children are a sequence although the schema lets them repeat in any order: rules of a filter. */
const orderedElements: ReadonlySet<string> = new Set(['filter']);

/** Makes the shapes of a grammar, each once. */
export class Shapes {
  private readonly known = new Map<string, Shape>();
  private readonly contents = new ContentsReader();

  /** The shape of elements that are one of these patterns. */
  of(elements: readonly Pattern[]): Shape {
    const key = elements.map(({ id }) => id).join(' ');
    let shape = this.known.get(key);
    if (shape === undefined) {
      const found = merged(elements.map((element) => this.contents.in(element.content())));
      shape = this.make(found, elements[0]?.name ?? '');
      this.known.set(key, shape);
    }
    return shape;
  }

  /** The shape of what is around a document: a place for each element that it may be. */
  around(start: Pattern): Shape {
    return this.make(this.contents.in(start), '');
  }

  private make(
    { attributes, elements: children, texts, textRequired, sequenced, repeated }: Contents,
    element: string,
  ): Shape {
    const attributeMap = new Map(
      Array.from(
        inUsualOrder(`@${element}`, [...attributes]),
        ([name, { patterns, occurrence }]): [string, Property] => {
          const contents = patterns.map((pattern) => pattern.content());
          return [name, property(name, contents, occurrence.least > 0)];
        },
      ),
    );
    const childMap = new Map(
      Array.from(
        sequenced ? children : inUsualOrder(element, [...children]),
        ([name, { patterns, occurrence }]): [string, ChildProperty] => [
          name,
          this.child(name, attributes.has(name) ? `${name}Element` : name, patterns, occurrence),
        ],
      ),
    );
    const text = texts.length === 0 ? undefined : property(textKey, texts, textRequired);
    const places = [...attributeMap.values(), ...childMap.values(), ...(text === undefined ? [] : [text])];
    return {
      attributes: attributeMap,
      children: childMap,
      text,
      keys: new Set(places.map(({ key }) => key)),
      ordered: repeated || orderedElements.has(element),
    };
  }

  /** The place of a child element; what is in the element is looked into when the place is used. */
  private child(name: string, key: string, patterns: readonly Pattern[], { least, most }: Occurrence): ChildProperty {
    let known: Pick<ChildProperty, 'form' | 'texts' | 'scalar'> | undefined;
    const inside = (): NonNullable<typeof known> => {
      if (known !== undefined) return known;
      const { attributes, elements, texts, open } = merged(
        patterns.map((pattern) => this.contents.in(pattern.content())),
      );
      const isScalar = attributes.size === 0 && elements.size === 0 && texts.length > 0;
      known = { form: open ? 'open' : isScalar ? 'scalar' : 'object', texts, scalar: scalarKind(texts) };
      return known;
    };
    let shape: Shape | undefined;
    return {
      key,
      name,
      required: least > 0,
      many: most > 1,
      get form() {
        return inside().form;
      },
      get texts() {
        return inside().texts;
      },
      get scalar() {
        return inside().scalar;
      },
      shape: () => (shape ??= this.of(patterns)),
    };
  }
}

function property(key: string, texts: readonly Pattern[], required: boolean): Property {
  return { key, texts, scalar: scalarKind(texts), required };
}
