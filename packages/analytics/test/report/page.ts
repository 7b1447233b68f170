/** Elements that HTML never closes. */
const voidElements = new Set(['meta', 'br', 'hr', 'img', 'input', 'link']);

/** The tags of a page in order; throws when one that opens does not close, or the other way round. */
export function tagsOf(page: string): string[] {
  const open: string[] = [];
  const tags: string[] = [];
  const body = page.replace('<!doctype html>', '').replace(/<style>[^<]*<\/style>/, '<style></style>');
  for (const [, closing, name, rest] of body.matchAll(/<(\/?)([A-Za-z][\w:-]*)((?:"[^"]*"|[^">])*)>/g)) {
    if (name === undefined || rest === undefined) continue;
    if (closing === '/') {
      const last = open.pop();
      if (last !== name) throw new SyntaxError(`</${name}> closes <${last ?? 'nothing'}>`);
    } else {
      tags.push(name);
      if (!voidElements.has(name) && !rest.endsWith('/')) open.push(name);
    }
  }
  if (open.length > 0) throw new SyntaxError(`<${open.join('>, <')}> are not closed`);
  return tags;
}

/** The text that a reader sees, entities resolved. */
export function textOf(page: string): string {
  return page
    .replace(/<style>[^<]*<\/style>/, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');
}
