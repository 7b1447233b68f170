/** Markup that may stand in a page as it is, because every text in it was escaped. */
export interface Html {
  /** The markup. */
  readonly markup: string;
}

/** What may be put into {@link html}: texts are escaped, markup is not, lists are joined, nothing is nothing. */
export type HtmlPart = string | number | Html | undefined | readonly HtmlPart[];

/**
 * A template that escapes all that is put into it, unless it came from this template itself.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return { markup: strings.map((text, i) => text + (i < parts.length ? markupOf(parts[i]) : '')).join('') };
}

/** Text that is markup already, made by code of ours from numbers, or escaped. */
export function trusted(markup: string): Html {
  return { markup };
}

function markupOf(part: HtmlPart): string {
  if (part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return 'markup' in part ? part.markup : part.map(markupOf).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text in which nothing is markup; what no page may hold (control characters, half a pair) becomes U+FFFD. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string).replace(forbidden, '\uFFFD');
}

const forbidden = /[^\P{Cc}\t\n\r]|[\p{Surrogate}\uFFFE\uFFFF]/gu;
