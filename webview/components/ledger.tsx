import { useState } from 'preact/hooks';
import { bytes, shortTime } from '../format.ts';
import type { LedgerItems, ShellState } from '../state/types.ts';
import { ViewHeader } from './history.tsx';

/** Every request that left Zoey's process, newest first, without its content. */
export function Ledger({ ledger }: { ledger: ShellState['ledger'] }) {
  const [now] = useState(() => Date.now());
  return (
    <>
      <ViewHeader title="What left Zoey" />
      <main class="ledger scroll">
        <p class="note">Each request that Zoey made, and to whom. What was said in it is not kept here.</p>
        <LedgerNote ledger={ledger} />
        <ul class="ledger-list" aria-label="Requests">
          {ledger?.items.map((item, index) => (
            <Entry key={`${item.at}:${index}`} item={item} now={now} />
          ))}
        </ul>
      </main>
    </>
  );
}

function LedgerNote({ ledger }: { ledger: ShellState['ledger'] }) {
  if (!ledger) return <p class="note">Reading the list</p>;
  if (ledger.error) return <p class="note">{`${ledger.error.message} ${ledger.error.hint}`}</p>;
  return ledger.items.length === 0 ? <p class="note">Nothing has left so far.</p> : null;
}

function Entry({ item, now }: { item: LedgerItems[number]; now: number }) {
  const outcome = item.status === 0 ? 'no answer' : String(item.status);
  return (
    <li class="ledger-entry">
      <span class="ledger-line">
        <span class="ledger-purpose">{item.purpose}</span>
        <span class="ledger-time">{shortTime(item.at, now)}</span>
      </span>
      <span class="ledger-url" title={item.url}>{`${item.method} ${item.url}`}</span>
      <span class="ledger-figures">
        {`${outcome} · ${Math.round(item.ms)} ms · ${bytes(item.bytesOut)} out · ${bytes(item.bytesIn)} in`}
      </span>
    </li>
  );
}
