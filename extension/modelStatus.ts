import type { FunctionName } from '../runtime/protocol/contract.ts';
import { ModelStatusReport } from '../runtime/protocol/schemas.ts';
import type { Agent, AgentState } from './agent.ts';

const REPORTING: ReadonlySet<FunctionName> = new Set(['models.status', 'models.select', 'models.pull']);

/** The state of the model, where an answer that passes by tells it. */
export function reportOf(name: FunctionName, output: unknown): ModelStatusReport | undefined {
  return REPORTING.has(name) ? ModelStatusReport.safeParse(output).data : undefined;
}

/** Asks the agent where it looks for Ollama: it reads what the person set as Ollama does, so "gpu.lan" too. */
export function modelAddressOf(agent: Pick<Agent, 'invoke'>): () => Promise<string> {
  return async () =>
    ModelStatusReport.parse(await agent.invoke({ name: 'models.status', input: {} })).address;
}

interface StatusLine {
  text: string;
  tooltip: string;
  /** Something is to be done before an answer can come. */
  attention: boolean;
}

/** The status bar's words: those of the panel for the same state. Undefined until the agent was needed. */
export function statusLine(agent: AgentState, report: ModelStatusReport | undefined): StatusLine | undefined {
  if (agent === 'stopped') return undefined;
  if (agent === 'failed') {
    return { text: 'Zoey stopped', tooltip: "Zoey's agent stopped and did not come back.", attention: true };
  }
  if (agent === 'starting' || !report) {
    return { text: 'Zoey is starting', tooltip: "Zoey's agent is starting.", attention: false };
  }
  const ready = report.state === 'ready';
  return {
    text: (ready && report.model?.name) || report.word,
    tooltip: ready ? `${report.model?.name ?? report.word} answers at ${report.address}` : explain(report),
    attention: !ready,
  };
}

function explain({ word, message, hint }: ModelStatusReport): string {
  return [message ?? word, hint].filter(Boolean).join(' ');
}
