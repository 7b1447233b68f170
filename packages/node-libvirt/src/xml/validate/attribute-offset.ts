const nameAndQuote = /\s+([^\s=]+)\s*=\s*(["'])/y;

/** Where an attribute stands in the start tag at `start` of a well-formed document. */
export function attributeOffset(text: string, start: number, attribute: string): number {
  let at = start + 1;
  while (!/[\s/>]/.test(text.charAt(at)) && at < text.length) at++;
  for (;;) {
    nameAndQuote.lastIndex = at;
    const match = nameAndQuote.exec(text);
    const [whole = '', name = '', quote = ''] = match ?? [];
    if (match === null) return start;
    if (name === attribute) return at + whole.indexOf(name);
    const end = text.indexOf(quote, at + whole.length);
    if (end === -1) return start;
    at = end + 1;
  }
}
