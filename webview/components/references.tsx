import type { Reference } from '../../runtime/types/memory.ts';
import { count, lineSuffix } from '../format.ts';
import { usePanel } from '../panel.ts';
import { Disclosure } from './disclosure.tsx';
import { Icon } from './icon.tsx';

/** "Looked at 3 places, 2 memories", which opens to the list with scores. */
export function Looked({ references }: { references: readonly Reference[] }) {
  const memories = references.filter(
    ({ memoryId, kind }) => kind === 'memory' || memoryId !== undefined,
  ).length;
  const places = references.length - memories;
  const parts = [
    places > 0 && count(places, 'place'),
    memories > 0 && count(memories, 'memory', 'memories'),
  ].filter(Boolean);
  return (
    <Disclosure label={`Looked at ${parts.join(', ')}`} class="looked" inner>
      <ReferenceList references={references} />
    </Disclosure>
  );
}

export function ReferenceList({ references }: { references: readonly Reference[] }) {
  return (
    <ul class="references">
      {references.map((reference) => (
        <ReferenceRow key={reference.number} reference={reference} />
      ))}
    </ul>
  );
}

function ReferenceRow({ reference }: { reference: Reference }) {
  const panel = usePanel();
  const { path, number, score, text, symbol } = reference;
  const label =
    path === undefined || reference.memoryId !== undefined
      ? text.split('\n')[0]
      : `${path}${lineSuffix(reference)}`;
  return (
    <li class="reference">
      <span class="reference-number">{number}</span>
      {!isOpenable(reference) ? (
        <span class="reference-memory" title={text}>
          {reference.memoryId !== undefined && <Icon name="bookmark" />}
          {label}
        </span>
      ) : (
        <button
          type="button"
          class="link reference-path"
          tabIndex={-1}
          title={label}
          onClick={() => panel.openPlace(reference)}
        >
          {/* The end of a path tells more than its beginning: that is what stays when it is cut. */}
          <bdi>{label}</bdi>
        </button>
      )}
      {symbol !== undefined && (
        <span class="reference-symbol" title={symbol}>
          {symbol}
        </span>
      )}
      {score !== undefined && (
        <span class="reference-score" title="How well it matched, from 0 to 1">
          {score.toFixed(2)}
        </span>
      )}
    </li>
  );
}

/** Names that stand for what only the editor had. */
const NO_FILES: ReadonlySet<string> = new Set(['git.diff', 'problems', 'terminal']);

function isOpenable({ kind, path, memoryId }: Reference): boolean {
  if (path === undefined || memoryId !== undefined) return false;
  return kind !== 'attachment' || !NO_FILES.has(path);
}
