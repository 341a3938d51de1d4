/**
 * A piece of a line: plain, or set off in one way.
 */
export type Inline =
  | {
      readonly kind: 'text' | 'code' | 'bold' | 'italic';
      readonly text: string;
    }
  | { readonly kind: 'link'; readonly text: string; readonly url: string };

/**
 * A piece of a page.
 */
export type Block =
  | { readonly kind: 'heading' | 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: ReadonlyArray<string> }
  | {
      readonly kind: 'table';
      readonly head: ReadonlyArray<string>;
      readonly rows: ReadonlyArray<ReadonlyArray<string>>;
    };

/**
 * Read the Markdown that the guide is written in: headings, paragraphs, lists and tables.
 *
 * What it does not know, markup of HTML above all, stays the text that it is.
 */
export function blocks(text: string): ReadonlyArray<Block> {
  return text
    .split(/\n(?:[ \t]*\n)+/)
    .map(part => part.trim())
    .filter(Boolean)
    .map(Private.block);
}

/**
 * Read a line: code, bold, italic and links.
 */
export function inlines(text: string): ReadonlyArray<Inline> {
  const found: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(Private.SET_OFF)) {
    if (match.index > end) {
      found.push({ kind: 'text', text: text.slice(end, match.index) });
    }
    end = match.index + match[0].length;
    const { bold, code, italic, url, words } = match.groups ?? {};
    if (code) {
      found.push({ kind: 'code', text: code });
    } else if (url) {
      found.push({ kind: 'link', text: words, url });
    } else if (bold) {
      found.push({ kind: 'bold', text: bold });
    } else {
      found.push({ kind: 'italic', text: italic });
    }
  }
  if (end < text.length) {
    found.push({ kind: 'text', text: text.slice(end) });
  }
  return found;
}

namespace Private {
  export const SET_OFF =
    /`(?<code>[^`]+)`|\[(?<words>[^\]]+)\]\((?<url>[^()\s]+)\)|\*\*(?<bold>[^*]+)\*\*|\*(?<italic>[^*\s][^*]*)\*/g;

  export function block(part: string): Block {
    const lines = part.split('\n');
    if (/^#{1,6} /.test(part) && lines.length === 1) {
      return { kind: 'heading', text: part.replace(/^#+ /, '') };
    }
    if (lines.every(line => line.startsWith('|')) && lines.length > 1) {
      const [head, , ...rows] = lines.map(cells);
      return { kind: 'table', head, rows };
    }
    if (part.startsWith('- ')) {
      const items = part.slice(2).split(/\n- /);
      return { kind: 'list', items: items.map(joined) };
    }
    return { kind: 'paragraph', text: joined(part) };
  }

  /**
   * The cells of a line of a table; a bar in code is no border.
   */
  function cells(line: string): string[] {
    const inside = line.replace(/^\||\|\s*$/g, '');
    return (inside.match(/(?:`[^`]*`|[^|])+/g) ?? []).map(cell => cell.trim());
  }

  function joined(lines: string): string {
    return lines.replace(/\s*\n\s*/g, ' ');
  }
}
