import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, html, trusted } from '../../src/report/html.ts';

describe('html', () => {
  it('escapes what is put into it, in text and in attributes', () => {
    const name = `"><script>alert('1')</script>&`;
    expect(html`<b title="${name}">${name}</b>`.markup).toBe(
      '<b title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;">' +
        '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;</b>',
    );
  });

  it('leaves markup of its own alone, joins lists, and writes nothing for nothing', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    const { markup } = html`<ul>
        ${items}
      </ul>
      |${undefined}|${0}|${trusted('<hr>')}`;
    expect(markup.replaceAll(/\s/g, '')).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>||0|<hr>');
  });

  it('never lets a text become markup', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { markup } = html`${text}`;
        expect(markup).not.toMatch(/[<>"']/);
        expect(markup.replaceAll(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
      }),
    );
  });

  it('replaces what no page may hold', () => {
    expect(escapeHtml('a\u0000b\u001Bc\uD800d\uFFFFe\tf\ng')).toBe('a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\tf\ng');
    expect(escapeHtml('grüße 😀 中')).toBe('grüße 😀 中');
  });
});
