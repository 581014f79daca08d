import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { PanelParams, PanelRequest } from '../runtime/protocol/panel.ts';
import type { Attachment, Reference } from '../runtime/types/memory.ts';
import type { Chat } from './control/chat.ts';
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
  dispatch(action: Action): void;
  /** Asks the editor for something; resolves to false, and says why, where it failed. */
  editor<R extends PanelRequest>(method: R, params: PanelParams<R>): Promise<boolean>;
  openPlace(place: Pick<Attachment | Reference, 'path' | 'startLine' | 'endLine'>): void;
  /** Says a change of state to a screen reader. */
  say(text: string): void;
  showLedger(): void;
  focusComposer(): void;
}

export function createPanel(rpc: Rpc, store: Store, parts: Pick<Panel, 'chat' | 'rooms' | 'models'>): Panel {
  const say = (text: string) => store.dispatch({ type: 'status', text, at: Date.now() });
  const panel: Panel = {
    ...parts,
    dispatch: store.dispatch,
    say,
    async editor(method, params) {
      try {
        await rpc.request(method, params);
        return true;
      } catch (error) {
        say(toWireError(error).message);
        return false;
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
      // After the render that may bring the composer back.
      requestAnimationFrame(() => document.querySelector<HTMLElement>('.composer textarea')?.focus());
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
