import type { ModelAction, ModelStatusReport } from '../runtime/protocol/schemas.ts';
import type { PanelHandlers } from './editorHost.ts';

/** What can be done about the model from the editor: what the panel's card does too. */
export interface CureTargets {
  host: Pick<PanelHandlers, 'editor/link' | 'editor/startOllama' | 'editor/settings' | 'editor/allowHost'>;
  /** The card of the panel asks before it downloads. */
  openChat(): Promise<unknown>;
  selectModel(): Promise<unknown>;
}

export interface Cure {
  /** With a codicon, for a menu. */
  label: string;
  run(targets: CureTargets): Promise<unknown>;
}

const CURES: Readonly<Record<ModelAction['kind'], { icon: string; run: Cure['run'] }>> = {
  install: { icon: 'cloud-download', run: ({ host }) => host['editor/link']({ page: 'ollama' }) },
  update: { icon: 'cloud-download', run: ({ host }) => host['editor/link']({ page: 'ollama' }) },
  start: { icon: 'play', run: ({ host }) => host['editor/startOllama']({}) },
  change_address: { icon: 'gear', run: ({ host }) => host['editor/settings']({ key: 'zoey.ollama.url' }) },
  allow_host: { icon: 'check', run: ({ host }) => host['editor/allowHost']({}) },
  pull: { icon: 'cloud-download', run: ({ openChat }) => openChat() },
  choose: { icon: 'chip', run: ({ selectModel }) => selectModel() },
};

/** The one thing that helps where no model can answer; undefined where one can, or nothing is known to help. */
export function cureOf(report: ModelStatusReport | undefined): Cure | undefined {
  const action = report?.state === 'ready' ? undefined : report?.action;
  if (!action) return undefined;
  const { icon, run } = CURES[action.kind];
  return { label: `$(${icon}) ${action.label}`, run };
}
