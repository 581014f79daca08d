import { isLoopback } from '../guard/gatewayHosts.ts';
import type { ModelStatus } from '../types/model.ts';
import { recommended } from './suggestions.ts';

/** The one button that cures a state. */
export interface Cure {
  kind: 'install' | 'start' | 'update' | 'change_address' | 'allow_host' | 'pull';
  label: string;
  /** For `pull`. */
  model?: string;
}

/**
 * A state in the words of the panel, the status bar, the doctor and the log.
 * @param model the model that will answer, where there is one; the first by default.
 */
export function describe(
  status: ModelStatus,
  model = status.models[0]?.name,
): { word: string; action?: Cure } {
  const { address } = status;
  switch (status.state) {
    case 'ready':
      return { word: model ?? 'Ollama' };
    case 'not_installed':
      return { word: 'Ollama is not installed', action: { kind: 'install', label: 'Get Ollama' } };
    case 'not_running':
      return {
        word: 'Ollama is not running',
        action: isLocal(address) ? { kind: 'start', label: 'Start Ollama' } : changeAddress,
      };
    case 'wrong_address':
      return { word: `Nothing like Ollama at ${address}`, action: changeAddress };
    case 'too_old':
      return {
        word: `Ollama ${shortVersion(status.version)} is too old, 0.6 or later is needed`,
        action: { kind: 'update', label: 'Update Ollama' },
      };
    case 'no_model': {
      const label = `Pull ${recommended.name} (${gigabytes(recommended.bytes)})`;
      return { word: 'No model yet', action: { kind: 'pull', label, model: recommended.name } };
    }
    case 'host_not_allowed': {
      const { host } = new URL(address);
      return { word: `${host} is not allowed yet`, action: { kind: 'allow_host', label: `Allow ${host}` } };
    }
    case 'failed':
      return { word: 'Ollama does not answer as it should' };
  }
}

const changeAddress: Cure = { kind: 'change_address', label: 'Change address' };

function isLocal(address: string): boolean {
  return URL.canParse(address) && isLoopback(new URL(address));
}

function shortVersion(version = ''): string {
  return version.split('.').slice(0, 2).join('.');
}

/** Decimal, as downloads are counted: "2.5 GB". */
function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
