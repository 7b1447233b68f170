/**
 * A change to the XML that a driver makes of a specification, for what the specification has no word for. Applied last,
 * in order, and held against libvirt's schema afterwards.
 *
 * `select` is a path of elements from the root, in the style of XPath: `/domain/devices/disk[target/@dev='vda']/driver`.
 * A step is a name or `*`, and may have conditions: `[2]` (the second), `[@type='file']`, `[source/@file]`,
 * `[name='web']`.
 */
export type XmlPatch =
  | {
      /** Sets attributes of every selected element; `undefined` removes one. */
      readonly action: 'set-attributes';
      readonly select: string;
      readonly attributes: Readonly<Record<string, string | undefined>>;
    }
  | {
      /** Sets the text of every selected element. */
      readonly action: 'set-text';
      readonly select: string;
      readonly text: string;
    }
  | {
      /** Adds an element, written as XML, at the end or the beginning of every selected one. */
      readonly action: 'append' | 'prepend';
      readonly select: string;
      readonly xml: string;
    }
  | {
      /** Puts an element, written as XML, in the place of every selected one. */
      readonly action: 'replace';
      readonly select: string;
      readonly xml: string;
    }
  | {
      /** Removes every selected element. Selecting none is not a failure here. */
      readonly action: 'remove';
      readonly select: string;
    };
