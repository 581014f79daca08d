import MarkdownIt from 'markdown-it';
import type { Reference } from '../../runtime/types/memory.ts';
import { placeLabel } from '../format.ts';
import { codeBlockHtml, codeInfo, parsePlace } from './codeBlock.ts';
import { escapeHtml, highlight, highlightGrowing, withSeenTurns } from './highlight.ts';

/** What rendering an answer carries from block to block. */
export interface RenderEnv {
  references: readonly Reference[];
  /** Set while the last block still grows: what its colours cost is kept here. */
  growing?: Map<string, string>;
  /** The level of the answer's first heading: it becomes an h2, the others follow. */
  firstHeading?: number;
}

/** A table of more columns scrolls by itself in a narrow panel. */
const NARROW_COLUMNS = 4;

const parser = new MarkdownIt('default', { html: false, linkify: false, typographer: false });
// Without reference definitions each block can be rendered by itself, and "[1]: ..." stays text.
parser.block.ruler.disable(['reference']);
parser.validateLink = (url) => /^https?:\/\//i.test(url) || parsePlace(decode(url)) !== undefined;

/** Reads blocks alone: to find where each begins. */
const blocks = new MarkdownIt('default', { html: false });
blocks.block.ruler.disable(['reference']);
blocks.core.ruler.enableOnly(['normalize', 'block']);

function decode(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return '';
  }
}

const envs = new WeakMap<object, RenderEnv>();

function envOf(env: object | undefined): RenderEnv {
  return (env && envs.get(env)) ?? { references: [] };
}

const CITATION = /^\[(\d{1,2}(?:\s*,\s*\d{1,2}){0,5})\](?!\()/;

parser.inline.ruler.before('link', 'citation', (state, silent) => {
  if (state.src.charCodeAt(state.pos) !== 0x5b) return false;
  const match = CITATION.exec(state.src.slice(state.pos, state.pos + 40));
  const known = envOf(state.env).references;
  const numbers = (match?.[1] ?? '').split(',').map(Number);
  if (!match || !numbers.every((number) => known.some((reference) => reference.number === number)))
    return false;
  if (!silent) for (const number of numbers) state.push('citation', '', 0).content = String(number);
  state.pos += match[0].length;
  return true;
});

const { rules } = parser.renderer;

rules.citation = (tokens, index, _options, env) => {
  const number = tokens[index]?.content ?? '';
  const reference = envOf(env).references.find((candidate) => String(candidate.number) === number);
  const { path } = reference ?? {};
  const about = reference && path !== undefined ? placeLabel({ ...reference, path }) : 'memory';
  const label = escapeHtml(`Source ${number}, ${about}`);
  return `<button type="button" class="cite" tabindex="-1" data-do="cite" data-number="${number}" aria-label="${label}">${number}</button>`;
};

const code: typeof rules.fence = (tokens, index, _options, env) => {
  const token = tokens[index];
  const content = token?.content.replace(/\n$/, '') ?? '';
  const info = codeInfo(token?.info ?? '', token?.content ?? '');
  const { growing } = envOf(env);
  const body = growing
    ? highlightGrowing(content, info.language, growing)
    : highlight(content, info.language);
  return codeBlockHtml(info, withSeenTurns(body), token?.info ?? '');
};
rules.fence = code;
rules.code_block = code;
rules.code_inline = (tokens, index) =>
  `<code>${withSeenTurns(escapeHtml(tokens[index]?.content ?? ''))}</code>`;

// A picture never loads: what it says and where it lies are shown instead.
rules.image = (tokens, index) => {
  const token = tokens[index];
  const address = String(token?.attrGet('src') ?? '');
  return `<span class="image">${escapeHtml([token?.content, address && `(${address})`].filter(Boolean).join(' '))}</span>`;
};

rules.link_open = (tokens, index) => {
  const address = String(tokens[index]?.attrGet('href') ?? '');
  const place = /^https?:/i.test(address) ? undefined : parsePlace(decode(address));
  if (!place) {
    const url = escapeHtml(address);
    return `<a class="link" role="link" tabindex="-1" data-do="browse" data-url="${url}" title="${url}">`;
  }
  const line = place.startLine === undefined ? '' : ` data-line="${place.startLine}"`;
  const path = escapeHtml(place.path);
  return `<a class="link" role="link" tabindex="-1" data-do="open" data-path="${path}"${line} title="${path}">`;
};

rules.heading_open = (tokens, index, _options, env) =>
  headingTag(tokens[index]?.tag ?? 'h1', envOf(env), true);
rules.heading_close = (tokens, index, _options, env) =>
  headingTag(tokens[index]?.tag ?? 'h1', envOf(env), false);

function headingTag(tag: string, env: RenderEnv, open: boolean): string {
  const level = Number(tag.charAt(1));
  env.firstHeading ??= level;
  const shown = Math.min(6, Math.max(2, 2 + level - env.firstHeading));
  return open ? `<h${shown} class="level-${level}">` : `</h${shown}>`;
}

// Columns are equally wide, so that a row that comes later does not move those that were read.
rules.table_open = (tokens, index) => {
  const head = tokens.slice(
    index,
    tokens.findIndex((token, at) => at > index && token.type === 'thead_close'),
  );
  const columns = head.filter(({ type }) => type === 'th_open').length;
  return columns > NARROW_COLUMNS
    ? '<div class="table wide" tabindex="-1" role="region" aria-label="Table"><table>'
    : '<div class="table"><table>';
};
rules.table_close = () => '</table></div>';
// The alignment of a column comes as a style attribute, which the panel's policy refuses: a class says the same.
for (const cell of ['th', 'td']) {
  rules[`${cell}_open`] = (tokens, index) => {
    const align = /text-align:(\w+)/.exec(String(tokens[index]?.attrGet('style') ?? ''))?.[1];
    return align ? `<${cell} class="align-${align}">` : `<${cell}>`;
  };
}

/** One block, or a whole text, as HTML that is safe by construction; it is sanitised once more where it is shown. */
export function renderBlock(source: string, env: RenderEnv): string {
  const carrier = {};
  envs.set(carrier, env);
  return parser.render(source, carrier);
}

/** Cuts a text (line ends normalised) into its top-level blocks; together they are the whole text. */
export function splitBlocks(text: string): string[] {
  const starts = blocks
    .parse(text, {})
    .flatMap((token) => (token.level === 0 && token.nesting >= 0 && token.map ? [token.map[0]] : []));
  const offsets = lineOffsets(text);
  const cuts = starts.map((line) => offsets[line] ?? text.length);
  // Blank lines before the first block belong to it.
  return cuts.map((cut, index) => text.slice(index === 0 ? 0 : cut, cuts[index + 1] ?? text.length));
}

function lineOffsets(text: string): number[] {
  const offsets = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) offsets.push(at + 1);
  return offsets;
}
