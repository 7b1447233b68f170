import type { XMLElement } from '../tree/xml-element.ts';

/**
 * What an element had that the schema does not know, or an object can not hold otherwise; written again where it was.
 * Absent where there is nothing of the kind.
 */
export interface XMLExtra {
  /** Attributes that the schema does not know, by their names as written; declarations of namespaces among them. */
  attributes?: Record<string, string> | undefined;
  /** Elements that the schema does not know here, or not as often; written after the others. */
  elements?: XMLElement[] | undefined;
  /** Text where the schema has none. */
  text?: string | undefined;
  /** How numbers were spelled when not in the usual way (`007`, beyond 2^53), by key; used while the number is the same. */
  spelling?: Record<string, string> | undefined;
  /** Attributes of elements that are nothing but text in the schema, by key: `name`, `arg[2]`. */
  attributesOf?: Record<string, Record<string, string>> | undefined;
  /** The order of the children by key (`extra` for those here), where the order between different ones means something. */
  order?: string[] | undefined;
}

/** What every object made of an element may have. */
export interface XMLObject {
  /** What the schema does not know. */
  extra?: XMLExtra | undefined;
}
