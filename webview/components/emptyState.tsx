import { baseName } from '../format.ts';
import { usePanel } from '../panel.ts';
import type { State } from '../state/types.ts';
import { Icon } from './icon.tsx';

/** What a new conversation shows: one sentence, three things to try, and where everything stays. */
export function EmptyState({ state }: { state: State }) {
  const panel = usePanel();
  const { file } = state.composer.offered;
  const { place } = state.shell;
  const folder = place?.workspace ? place.workspaceName : undefined;
  const suggestions = file
    ? [
        `Explain ${baseName(file.path)}`,
        `What could go wrong in ${baseName(file.path)}?`,
        `Write tests for ${baseName(file.path)}`,
      ]
    : folder !== undefined
      ? [`What is ${folder} about?`, `Where does ${folder} start?`, `How is ${folder} tested?`]
      : [
          'Explain this error message',
          'Write a function that groups a list by a key',
          'Compare two ways to read a large file',
        ];
  const attempt = (text: string) => {
    panel.dispatch({ type: 'draftText', text });
    if (file) panel.dispatch({ type: 'attach', attachment: file });
    panel.focusComposer();
  };
  return (
    <div class="empty scroll">
      <div class="empty-column">
        <p class="empty-lead">
          {folder === undefined
            ? 'Ask about code, and tell Zoey what it should remember.'
            : `Ask about ${folder}, and tell Zoey what it should remember.`}
        </p>
        <ul class="tries" aria-label="Things to try">
          {suggestions.map((text) => (
            <li key={text}>
              <button type="button" class="try" onClick={() => attempt(text)}>
                {text}
              </button>
            </li>
          ))}
        </ul>
        <button type="button" class="link stays" onClick={panel.showLedger}>
          <Icon name="lock" />
          <span>{whereItStays(state.models.report?.address)}</span>
        </button>
      </div>
    </div>
  );
}

/** True only as long as the model is on this machine: another host is named. */
function whereItStays(address: string | undefined): string {
  if (address === undefined || !URL.canParse(address)) return 'Everything stays on this machine';
  const { hostname, host } = new URL(address);
  const local = hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
  return local ? 'Everything stays on this machine' : `Answers come from ${host}, nothing else leaves`;
}
