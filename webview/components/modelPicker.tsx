import { useEffect } from 'preact/hooks';
import type { ModelInfo } from '../../runtime/types/model.ts';
import { bytes, contextSize } from '../format.ts';
import { usePanel } from '../panel.ts';
import type { ModelsState } from '../state/types.ts';
import { Icon } from './icon.tsx';
import { Popup } from './popup.tsx';

/** The models that the server has; one click, and it answers from now on. */
export function ModelPicker({ models }: { models: ModelsState }) {
  const panel = usePanel();
  useEffect(() => void panel.models.list(), [panel]);
  const answering = models.report?.model;
  const chosen = answering?.name;
  // What is known before the list has come: it grows by the others, and what is there stays.
  const known = models.list.length === 0 && answering ? [answering] : models.list;
  const select = (name: string) => {
    panel.dispatch({ type: 'popup' });
    if (name !== chosen) void panel.models.select(name);
  };
  return (
    <Popup label="Choose a model" class="model-picker">
      <ul class="room-list" aria-label="Models">
        {known.map((model) => (
          <li key={model.name}>
            <ModelRow model={model} chosen={model.name === chosen} onSelect={select} />
          </li>
        ))}
      </ul>
      {known.length === 0 && <p class="note">{models.report?.word ?? 'Looking for models'}</p>}
      <button
        type="button"
        class="popup-item all-rooms"
        onClick={() => void panel.editor('editor/link', { page: 'models' })}
      >
        <Icon name="link-external" />
        More models
      </button>
    </Popup>
  );
}

function ModelRow(props: { model: ModelInfo; chosen: boolean; onSelect(name: string): void }) {
  const { model, chosen, onSelect } = props;
  const about = [
    model.parameters,
    bytes(model.bytes),
    model.contextTokens !== undefined && `${contextSize(model.contextTokens)} context`,
    model.loaded && 'loaded',
  ].filter(Boolean);
  return (
    <button
      type="button"
      class="popup-item model-row"
      aria-pressed={chosen}
      onClick={() => onSelect(model.name)}
      {...(chosen && { 'data-first': true })}
    >
      <span class="model-check">{chosen && <Icon name="check" />}</span>
      <span class="model-title">{model.name}</span>
      <span class="model-about">{about.join(' · ')}</span>
    </button>
  );
}
