import { approximateTokens, contextSize, thousands, tokensOf } from '../format.ts';
import type { ChatState, Draft, ModelsState } from '../state/types.ts';

interface ContextMeterProps {
  draft: Draft;
  chat: ChatState;
  models: ModelsState;
}

/** How much of the model's context the next prompt takes, as far as it is known: an estimate, and called so. */
export function ContextMeter({ draft, chat, models }: ContextMeterProps) {
  const limit = models.report?.contextTokens;
  if (limit === undefined) return null;
  const own = draft.attachments
    .map((piece) => tokensOf(piece) ?? 0)
    .reduce((sum, tokens) => sum + tokens, approximateTokens(draft.text));
  const before = tokensBefore(chat, draft);
  const used = before + own;
  const unread = draft.attachments.some((piece) => tokensOf(piece) === undefined);
  const parts = [
    before > 0
      ? `this conversation (${thousands(before)}), this message and its pieces`
      : 'this message and its pieces',
    unread && 'and files that are read when it is sent',
  ].filter(Boolean);
  const label = `About ${thousands(used)} of ${contextSize(limit)} tokens: ${parts.join(', ')}${
    used > limit ? '. What does not fit is left out' : ''
  }`;
  return (
    <span class={`meter ${own > limit ? 'over' : ''}`} title={label}>
      <meter class="meter-bar" aria-label={label} min={0} max={limit} value={Math.min(used, limit)} />
      <span class="meter-text" aria-hidden="true">
        {`~${thousands(used)}${unread ? '+' : ''}/${contextSize(limit)}`}
      </span>
    </span>
  );
}

/**
 * Tokens that the next prompt begins with: of the last prompt that a model counted, with its answer, and of what
 * was said since. An answer that quotes what was found is not sent along.
 */
function tokensBefore({ messages }: ChatState, { editing }: Draft): number {
  const cut = editing ? messages.findIndex(({ id }) => id === editing.id) : -1;
  const kept = cut < 0 ? messages : messages.slice(0, cut);
  const counted = kept.findLastIndex(({ usage }) => usage !== undefined);
  return kept
    .slice(Math.max(0, counted))
    .filter(({ role, model }) => role === 'user' || model !== undefined)
    .reduce((sum, { text }) => sum + approximateTokens(text), kept[counted]?.usage?.promptTokens ?? 0);
}
