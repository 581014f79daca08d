import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import markdown from 'highlight.js/lib/languages/markdown';
import php from 'highlight.js/lib/languages/php';
import powershell from 'highlight.js/lib/languages/powershell';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

const languages = {
  bash,
  c,
  cpp,
  csharp,
  css,
  diff,
  dockerfile,
  go,
  ini,
  java,
  javascript,
  json,
  kotlin,
  markdown,
  php,
  powershell,
  python,
  ruby,
  rust,
  sql,
  swift,
  typescript,
  xml,
  yaml,
};
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);
hljs.registerAliases(['vue', 'svelte', 'astro'], { languageName: 'xml' });
hljs.registerAliases(['jsonc', 'json5'], { languageName: 'json' });
hljs.registerAliases(['scss', 'less'], { languageName: 'css' });

/** Up to this many characters are coloured anew with each change; beyond, in steps. */
const SMALL = 6000;
const STEP = 2000;
/** Code longer than this stays plain: colour is not worth a stall. */
const LARGE = 100_000;
/** So does code with a longer line: the time of some grammars grows by its square, to 20 s at 90,000 characters. */
const LONG_LINE = 1000;

/** Code as HTML with classes, escaped. An unknown language stays plain. */
export function highlight(code: string, language: string): string {
  if (code.length > LARGE || hasLongLine(code) || !hljs.getLanguage(language)) return escapeHtml(code);
  return hljs.highlight(code, { language, ignoreIllegals: true }).value;
}

function hasLongLine(code: string): boolean {
  return code.split('\n').some((line) => line.length > LONG_LINE);
}

/**
 * The same for code that still grows: past a size only whole steps are coloured, and the step's result is
 * kept in `memo`, so that a long block costs no more per frame than a short one.
 */
export function highlightGrowing(code: string, language: string, memo: Map<string, string>): string {
  if (code.length <= SMALL) return highlight(code, language);
  const cut = code.lastIndexOf('\n', code.length - (code.length % STEP)) + 1;
  const done = code.slice(0, cut);
  const key = `${language}\n${done}`;
  let html = memo.get(key);
  if (html === undefined) {
    html = highlight(done, language);
    memo.clear();
    memo.set(key, html);
  }
  return html + escapeHtml(code.slice(cut));
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** Characters that turn the direction of the text after them: code with them reads otherwise than it runs. */
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Escaped code whose marks of direction are seen, and turn nothing; what it says when copied is the same. */
export function withSeenTurns(html: string): string {
  return html.replace(TURNS, (mark) => {
    const name = `U+${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    return `<span class="turn" title="${name}">${mark}</span>`;
  });
}
