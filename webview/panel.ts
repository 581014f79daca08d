import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { PanelParams, PanelRequest, PanelResult } from '../runtime/protocol/panel.ts';
import type { Attachment, Reference } from '../runtime/types/memory.ts';
import type { Chat } from './control/chat.ts';
import type { Mentions } from './control/mentions.ts';
import type { Models } from './control/models.ts';
import type { Rooms } from './control/rooms.ts';
import { toWireError } from './errors.ts';
import type { Rpc } from './rpc.ts';
import type { Action } from './state/actions.ts';
import type { Store } from './store.ts';

/** What components may do. One object for the life of the panel. */
export interface Panel {
  chat: Chat;
  rooms: Rooms;
  models: Models;
  mentions: Mentions;
  dispatch(action: Action): void;
  /** Asks the editor for something; resolves to false, and says why, where it failed. */
  editor<R extends PanelRequest>(method: R, params: PanelParams<R>): Promise<boolean>;
  /** The same, with the answer; undefined where it failed. */
  request<R extends PanelRequest>(method: R, params: PanelParams<R>): Promise<PanelResult<R> | undefined>;
  openPlace(place: Pick<Attachment | Reference, 'path' | 'startLine' | 'endLine'>): void;
  /** Says a change of state to a screen reader. */
  say(text: string): void;
  /** Shows a word above the composer, and says it. */
  tell(text: string): void;
  showLedger(): void;
  focusComposer(): void;
}

export function createPanel(
  rpc: Rpc,
  store: Store,
  parts: Pick<Panel, 'chat' | 'rooms' | 'models' | 'mentions'>,
): Panel {
  const say = (text: string) => store.dispatch({ type: 'status', text, at: Date.now() });
  const panel: Panel = {
    ...parts,
    dispatch: store.dispatch,
    say,
    tell(text) {
      store.dispatch({ type: 'note', text });
      say(text);
    },
    editor: async (method, params) => (await panel.request(method, params)) !== undefined,
    async request(method, params) {
      try {
        return await rpc.request(method, params);
      } catch (error) {
        const { message, hint } = toWireError(error);
        panel.tell(`${message} ${hint}`);
        return undefined;
      }
    },
    openPlace({ path, startLine, endLine }) {
      if (path === undefined) return;
      const lines = {
        ...(startLine !== undefined && { line: startLine }),
        ...(endLine !== undefined && { endLine }),
      };
      void panel.editor('editor/open', { path, ...lines });
    },
    showLedger() {
      store.dispatch({ type: 'view', view: 'ledger' });
      rpc.invoke('privacy.ledger', { limit: 200 }).then(
        ({ items }) => store.dispatch({ type: 'ledger', items }),
        (error: unknown) => store.dispatch({ type: 'ledger', items: [], error: toWireError(error) }),
      );
    },
    focusComposer() {
      // After the render that may bring the composer back, and before the next key.
      queueMicrotask(() => document.querySelector<HTMLElement>('.composer textarea')?.focus());
    },
  };
  return panel;
}

export const PanelContext = createContext<Panel | undefined>(undefined);

export function usePanel(): Panel {
  const panel = useContext(PanelContext);
  if (!panel) throw new Error('usePanel needs a PanelContext above it');
  return panel;
}
