import type { Message } from '../../runtime/protocol/schemas.ts';
import { contextSize, count, thousands } from '../format.ts';
import { ReferenceList } from './references.tsx';

/** What an answer was made from: the model, the size of what it read, what it used and what did not fit. */
export function Why({ message }: { message: Message }) {
  const { model, usage, references = [], dropped = [] } = message;
  return (
    <section class="why" aria-label="Why this answer">
      <dl>
        <dt>Written by</dt>
        <dd>
          {model ?? (references.length > 0 ? 'No model: what was found is quoted as it is' : 'No model')}
        </dd>
        {usage && (
          <>
            <dt>Read</dt>
            <dd>
              {`${thousands(usage.promptTokens)} of ${contextSize(usage.contextTokens)} tokens, then wrote ${thousands(usage.outputTokens)}`}
            </dd>
          </>
        )}
        <dt>Used</dt>
        <dd>
          {references.length === 0 ? 'This conversation alone' : <ReferenceList references={references} />}
        </dd>
        {dropped.length > 0 && (
          <>
            <dt>Left out, since it did not fit</dt>
            <dd>
              <ul>
                {dropped.map((piece) => (
                  <li key={`${piece.what}:${piece.label}`}>
                    {`${piece.label} (${count(piece.tokens, 'token')})`}
                  </li>
                ))}
              </ul>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
