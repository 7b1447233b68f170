import { asciiNameCharacter, endOfName, isName } from './characters.ts';

const slots = 4096;
const longestKept = 64;

/**
 * Names that were read lately, by a hash of their characters: nearly every name of a document is found here, so no
 * new string is made for it, and objects get keys that the engine knows already. Bounded, whatever is read.
 */
const known: (string | undefined)[] = Array.from({ length: slots });

/** The name of an element or attribute that begins at `start`; undefined when none does. */
export function nameAt(text: string, start: number): string | undefined {
  let hash = 0;
  let end = start;
  let code: number;
  while ((code = text.charCodeAt(end)) < 128 && asciiNameCharacter[code] === 1) {
    hash = (Math.imul(hash, 31) + code) | 0;
    end++;
  }
  if (code >= 128) end = endOfName(text, end);
  const slot = hash & (slots - 1);
  const found = known[slot];
  if (found !== undefined && found.length === end - start && text.startsWith(found, start)) return found;
  const name = text.slice(start, end);
  if (!isName(name)) return undefined;
  if (name.length > longestKept) return name;
  // A key of an object is a string of its own; a slice would keep the whole document in memory.
  const [own = name] = Object.keys({ [name]: 0 });
  known[slot] = own;
  return own;
}
