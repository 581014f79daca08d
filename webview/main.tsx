import '@vscode/codicons/dist/codicon.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/messages.css';
import './styles/markdown.css';
import './styles/composer.css';
import './styles/lists.css';
import './styles/contrast.css';
import { render } from 'preact';
import { App } from './components/app.tsx';
import { createChat } from './control/chat.ts';
import { measureDrafts } from './control/measure.ts';
import { createMentions } from './control/mentions.ts';
import { createModels } from './control/models.ts';
import { createRooms } from './control/rooms.ts';
import { start } from './control/start.ts';
import { createPanel, PanelContext } from './panel.ts';
import { connect } from './rpc.ts';
import { type Anchor, fromSaved, toSaved } from './state/saved.ts';
import { initialState } from './state/types.ts';
import { createStore } from './store.ts';

/** The state is kept for a reload once nothing has changed for so long. */
const SAVE_MS = 150;

function main(root: Element): void {
  const api = acquireVsCodeApi();
  const kept = api.getState();
  const rpc = connect(api);
  const store = createStore(initialState);
  const chat = createChat(rpc, store, () => void models.check());
  const rooms = createRooms(rpc, store, (roomId, room) => void chat.open(roomId, room));
  const models = createModels(rpc, store);
  const panel = createPanel(rpc, store, { chat, rooms, models, mentions: createMentions(rpc) });

  measureDrafts(rpc, store);

  const before = fromSaved(kept);
  let { anchor, outgoing } = before;
  const initial = anchor;
  let timer = 0;
  const save = () => {
    clearTimeout(timer);
    timer = 0;
    const { roomId } = store.get().chat;
    const unseen = outgoing && roomId === before.roomId ? { outgoing } : {};
    api.setState({ ...unseen, ...toSaved(store.get(), anchor) });
  };
  const saveSoon = () => {
    if (timer === 0) timer = window.setTimeout(save, SAVE_MS);
  };
  const onAnchor = (next: Anchor | undefined) => {
    anchor = next;
    saveSoon();
  };

  render(
    <PanelContext.Provider value={panel}>
      <App store={store} initial={initial} onAnchor={onAnchor} />
    </PanelContext.Provider>,
    root,
  );
  const onShown = () => {
    // Not before: what an earlier panel kept must not be overwritten by an empty one.
    store.subscribe(saveSoon);
    saveSoon();
    window.addEventListener('pagehide', save);
  };
  void start({ rpc, store, chat, models, focusComposer: panel.focusComposer }, kept, onShown).then(() => {
    outgoing = undefined;
    saveSoon();
  });
}

const root = document.getElementById('root');
if (root) main(root);
