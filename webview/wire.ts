import type { PANEL_NOTIFY as PanelNotify } from '../runtime/protocol/panel.ts';
import type { INVOKE as Invoke } from '../runtime/protocol/rpc.ts';

/** The method names once more: the files that define them would bring zod into the panel. */
export const INVOKE: typeof Invoke = 'zoey/invoke';
export const PANEL_NOTIFY: typeof PanelNotify = 'panel/notify';
