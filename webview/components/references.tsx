import type { Reference } from '../../runtime/types/memory.ts';
import { count, lineSuffix } from '../format.ts';
import { usePanel } from '../panel.ts';
import { Disclosure } from './disclosure.tsx';

/** "Looked at 3 places, 2 memories", which opens to the list with scores. */
export function Looked({ references }: { references: readonly Reference[] }) {
  const memories = references.filter(({ kind }) => kind === 'memory').length;
  const places = references.length - memories;
  const parts = [
    places > 0 && count(places, 'place'),
    memories > 0 && count(memories, 'memory', 'memories'),
  ].filter(Boolean);
  return (
    <Disclosure label={`Looked at ${parts.join(', ')}`} class="looked">
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
  const { path, number, score, text } = reference;
  const label = path === undefined ? text.split('\n')[0] : `${path}${lineSuffix(reference)}`;
  return (
    <li class="reference">
      <span class="reference-number">{number}</span>
      {path === undefined ? (
        <span class="reference-memory" title={text}>
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
      {score !== undefined && (
        <span class="reference-score" title="How well it matched, from 0 to 1">
          {score.toFixed(2)}
        </span>
      )}
    </li>
  );
}
