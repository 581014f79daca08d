import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Reference } from '../../runtime/types/memory.ts';
import { IncrementalMarkdown, type RenderedBlock, renderAll } from '../markdown/incremental.ts';
import { mountBlocks } from '../markdown/mount.ts';
import { useAnswerActions } from './answerActions.ts';
import { CodeMenu } from './codeMenu.tsx';
import { HoverCard } from './hoverCard.tsx';

/** When nothing more has come for so long, what was held back for the sake of whole words is shown. */
const HOLD_MS = 150;
const NONE: readonly Reference[] = [];

interface AnswerTextProps {
  text: string;
  streaming: boolean;
  references?: readonly Reference[] | undefined;
}

/** The words of an answer. Its blocks are kept by hand, so that a growing answer touches its end alone. */
export function AnswerText({ text, streaming, references = NONE }: AnswerTextProps) {
  const host = useRef<HTMLDivElement>(null);
  const mounted = useRef<readonly RenderedBlock[]>([]);
  const growing = useRef<IncrementalMarkdown | undefined>(undefined);
  const [rested, setRested] = useState('');

  useLayoutEffect(() => {
    growing.current = undefined;
  }, [references]);

  useLayoutEffect(() => {
    if (!host.current) return;
    if (streaming) growing.current ??= new IncrementalMarkdown(references);
    else growing.current = undefined;
    const blocks =
      streaming && growing.current
        ? growing.current.grow(text, rested !== text)
        : renderAll(text, references);
    mounted.current = mountBlocks(host.current, blocks, mounted.current);
  }, [text, streaming, references, rested]);

  useEffect(() => {
    if (!streaming) return;
    const timer = setTimeout(() => setRested(text), HOLD_MS);
    return () => clearTimeout(timer);
  }, [text, streaming]);

  const beforeBlock = useCallback((block: Element) => textBefore(host.current, mounted.current, block), []);
  const { cited, menu, closeMenu } = useAnswerActions(host, references, beforeBlock);
  return (
    <>
      <div class="answer-text" ref={host} />
      {cited && <HoverCard {...cited} />}
      {menu && <CodeMenu {...menu} onClose={closeMenu} />}
    </>
  );
}

/** The source of an answer up to a code block's fence: there stands which file it is of. */
function textBefore(host: Element | null, blocks: readonly RenderedBlock[], codeBlock: Element): string {
  const children = host ? [...host.children] : [];
  const at = children.findIndex((child) => child.contains(codeBlock));
  const own = blocks[at]?.source ?? '';
  const nth = children[at] ? [...children[at].querySelectorAll('.code-block')].indexOf(codeBlock) : 0;
  const fences = [...own.matchAll(/^[ \t>]*(?:[-*+]|\d+[.)])?[ \t]*(?:`{3,}|~{3,})/gm)];
  // Each fence opens and closes.
  const start = fences[nth * 2]?.index ?? 0;
  return blocks
    .slice(0, Math.max(0, at))
    .map(({ source }) => source)
    .concat(own.slice(0, start))
    .join('');
}
