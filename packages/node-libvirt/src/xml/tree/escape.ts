const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

const reference = (character: string): string => references[character] ?? character;

/** Text for between tags: it can't end the element that it is in, and is read back as it was. */
export function escapeText(text: string): string {
  return /[&<>\r]/.test(text) ? text.replaceAll(/[&<>\r]/g, reference) : text;
}

/** Text for the value of an attribute, in single or double quotes. */
export function escapeAttribute(text: string): string {
  return /[&<>"'\t\n\r]/.test(text) ? text.replaceAll(/[&<>"'\t\n\r]/g, reference) : text;
}
