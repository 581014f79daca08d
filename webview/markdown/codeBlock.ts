import { baseName, lineSuffix } from '../format.ts';
import { escapeHtml } from './highlight.ts';

export interface CodeInfo {
  language: string;
  /** A file that the block says it is of, relative to the workspace. */
  path?: string;
  startLine?: number;
  endLine?: number;
}

const PATH = /^(?:\.{0,2}\/)?[\w@.+-]+(?:\/[\w@.+() -]+)*\.[A-Za-z]\w{0,9}$/;
/** A first line that is longer names no file; looking for one would take its length squared. */
const MAX_COMMENT = 300;
/** As much of it as `editor/apply` takes. */
const MAX_FENCE = 100;
const SHELLS: ReadonlySet<string> = new Set(
  'bash,sh,shell,zsh,fish,console,shell-session,terminal,powershell,ps1,pwsh,bat,cmd'.split(','),
);
const COMMENT = /^\s*(?:\/\/|#|--|;|\/\*|<!--)\s*(?:file(?:name)?:\s*)?(\S+?)\s*(?:\*\/|-->)?\s*$/i;

/** What a fence's info says ("ts src/a.ts:3-9", "ts title=a.ts", "ts:src/a.ts"), or else its first comment. */
export function codeInfo(info: string, code: string): CodeInfo {
  const words = info.trim().split(/\s+/);
  const [first = '', ...rest] = words;
  const colon = first.indexOf(':');
  const language = (colon > 0 ? first.slice(0, colon) : first).toLowerCase();
  const hints = [colon > 0 ? first.slice(colon + 1) : '', ...rest, commentPath(code)];
  for (const hint of hints) {
    const place = parsePlace(
      hint.replace(/^(?:title|file(?:name)?|path)=/i, '').replace(/^["'{]|["'}]$/g, ''),
    );
    if (place) return { language, ...place };
  }
  return { language };
}

function commentPath(code: string): string {
  const end = code.indexOf('\n');
  return end < 0 || end > MAX_COMMENT ? '' : (COMMENT.exec(code.slice(0, end))?.[1] ?? '');
}

/** "src/a.ts:3-9", "src/a.ts#L3-L9" or "src/a.ts"; undefined where it is no path. */
export function parsePlace(text: string): { path: string; startLine?: number; endLine?: number } | undefined {
  const match = /^(.*?)(?:(?::|#L)(\d{1,7})(?:-L?(\d{1,7}))?)?$/.exec(text);
  const path = match?.[1] ?? '';
  if (!PATH.test(path)) return undefined;
  const startLine = match?.[2];
  const endLine = match?.[3];
  return {
    path: path.replace(/^\.\//, ''),
    ...(startLine !== undefined && { startLine: Number(startLine) }),
    ...(endLine !== undefined && { endLine: Number(endLine) }),
  };
}

/** Whether a block is of commands for a terminal. */
function isShell(language: string): boolean {
  return SHELLS.has(language);
}

/**
 * The block with its header; the buttons are heard by `data-do`, and what may not fit stands in the menu. `body`
 * is escaped already; by what its fence says the agent finds the file.
 */
export function codeBlockHtml(info: CodeInfo, body: string, fence: string): string {
  const { language, path } = info;
  const name = path === undefined ? '' : `${baseName(path)}${lineSuffix(info)}`;
  const about = escapeHtml(name || language || 'text');
  const label = path === undefined ? '' : placeHtml(info, name);
  return (
    `<div class="code-block" data-fence="${escapeHtml(fence.trim().slice(0, MAX_FENCE))}" data-about="${about}"><div class="code-head">` +
    `<span class="code-language">${escapeHtml(language || 'text')}</span>${label}<span class="grow"></span>` +
    `${action('copy', 'copy', `Copy code block, ${about}`)}` +
    `${action('insert', 'insert', `Insert code block at cursor, ${about}`)}` +
    `${isShell(language) ? action('terminal', 'terminal', `Put code block into terminal, ${about}`) : action('apply', 'git-pull-request-go-to-changes', path === undefined ? `Apply code block, ${about}` : `Apply to ${about}`)}` +
    `${action('more', 'ellipsis', `More for code block, ${about}`, ' aria-haspopup="menu"')}</div>` +
    `<pre tabindex="-1" role="region" aria-label="Code, ${about}"><code>${body}</code></pre></div>`
  );
}

function placeHtml(info: CodeInfo, name: string): string {
  const line = info.startLine === undefined ? '' : ` data-line="${info.startLine}"`;
  const end = info.endLine === undefined ? '' : ` data-end-line="${info.endLine}"`;
  const path = escapeHtml(info.path ?? '');
  return `<button type="button" class="link code-path" tabindex="-1" data-do="open" data-path="${path}"${line}${end} title="${path}">${escapeHtml(name)}</button>`;
}

function action(what: string, icon: string, label: string, more = ''): string {
  return `<button type="button" class="icon-button" tabindex="-1" data-do="${what}" aria-label="${label}" title="${label}"${more}><span class="codicon codicon-${icon}" aria-hidden="true"></span></button>`;
}
