import DOMPurify from 'dompurify';
import type { RenderedBlock } from './incremental.ts';

const POLICY = {
  RETURN_DOM_FRAGMENT: true,
  ALLOWED_TAGS:
    'a,b,blockquote,br,button,code,del,div,em,h2,h3,h4,h5,h6,hr,i,li,ol,p,pre,s,span,strong,table,tbody,td,th,thead,tr,ul'.split(
      ',',
    ),
  // No href and no src: a link is followed by the editor, after it has asked.
  ALLOWED_ATTR: ['class', 'role', 'start', 'tabindex', 'title', 'type'],
  ALLOW_DATA_ATTR: true,
  ALLOW_ARIA_ATTR: true,
} as const;

/**
 * Brings the children of `host` into line with `blocks`, one element a block. What did not change is not
 * touched, so selection, focus and hover stay where they are. Returns what is mounted, for the next call.
 */
export function mountBlocks(
  host: Element,
  blocks: readonly RenderedBlock[],
  mounted: readonly RenderedBlock[],
): readonly RenderedBlock[] {
  blocks.forEach((block, index) => {
    if (mounted[index]?.html === block.html && host.children[index]) return;
    const place = host.children[index] ?? host.appendChild(newBlock());
    morphChildren(
      place,
      DOMPurify.sanitize(block.html, {
        ...POLICY,
        ALLOWED_TAGS: [...POLICY.ALLOWED_TAGS],
        ALLOWED_ATTR: [...POLICY.ALLOWED_ATTR],
      }),
    );
  });
  while (host.children.length > blocks.length) host.lastElementChild?.remove();
  return blocks;
}

function newBlock(): Element {
  const block = document.createElement('div');
  block.className = 'block';
  return block;
}

/** Makes the children of `from` equal to those of `to`, and keeps every node that can stay. */
function morphChildren(from: Node, to: Node): void {
  let present = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    if (!present) {
      from.appendChild(wanted);
      continue;
    }
    const next: ChildNode | null = present.nextSibling;
    if (present.nodeName === wanted.nodeName) morph(present, wanted);
    else from.replaceChild(wanted, present);
    present = next;
  }
  while (present) {
    const next: ChildNode | null = present.nextSibling;
    present.remove();
    present = next;
  }
}

function morph(from: ChildNode, to: ChildNode): void {
  if (from instanceof Text && to instanceof Text) {
    // Appending keeps a selection that ends in this node; setting the text would drop it.
    if (to.data.startsWith(from.data)) from.appendData(to.data.slice(from.length));
    else from.data = to.data;
    return;
  }
  if (!(from instanceof Element && to instanceof Element) || from.isEqualNode(to)) return;
  for (const { name } of [...from.attributes]) if (!to.hasAttribute(name)) from.removeAttribute(name);
  for (const { name, value } of [...to.attributes]) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  morphChildren(from, to);
}
