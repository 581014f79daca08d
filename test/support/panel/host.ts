import type { Page } from 'playwright-core';
import {
  type Chunk,
  contract,
  type FunctionName,
  type Output,
  type ParsedInput,
} from '../../../runtime/protocol/contract.ts';
import {
  type MentionKind,
  PANEL_NOTIFY,
  type PanelNotification,
  type PanelParams,
  type PanelResult,
  panelRequests,
} from '../../../runtime/protocol/panel.ts';
import { INVOKE, InvokeParams } from '../../../runtime/protocol/rpc.ts';
import type { WireError } from '../../../runtime/types/errors.ts';
import type { Attachment } from '../../../runtime/types/memory.ts';

/** What a scripted function gets beside its input. */
export interface Call<N extends FunctionName> {
  emit(chunk: Chunk<N>): void;
  /** Aborted by JSON-RPC's cancellation. */
  signal: AbortSignal;
}

export type Script = {
  [N in FunctionName]?: (input: ParsedInput<N>, call: Call<N>) => Output<N> | Promise<Output<N>>;
};

/** A failure as it crosses the wire. */
export class HostError extends Error {
  readonly wire: WireError;

  constructor(code: WireError['code'], message: string, hint = 'Try again.') {
    super(message);
    this.wire = { code, message, hint, retryable: true };
  }
}

interface Incoming {
  id?: number | string;
  method?: string;
  params?: unknown;
}

/**
 * The other end of the panel: answers its JSON-RPC as extension and agent do. Inputs, outputs and chunks go
 * through the real contract, so a script that the agent could not have written fails.
 */
export class PanelHost {
  /** Requests of the panel in order: functions as `name`, the editor's by their method. */
  readonly calls: { name: string; input: unknown }[] = [];
  /** What `panel/ready` answers; undefined lets it hang. */
  place: { workspace: boolean; workspaceName: string; trusted: boolean } | undefined = {
    workspace: true,
    workspaceName: 'zoey',
    trusted: true,
  };
  allowHost = true;
  /** What `editor/apply` answers, in turn; then always that the change is shown. */
  applied: PanelResult<'editor/apply'>[] = [];
  /** What the editor finds for a mention. */
  mentions: (
    kind: MentionKind,
    query: string,
  ) => PanelResult<'editor/mentions'> | Promise<PanelResult<'editor/mentions'>> = () => ({ items: [] });
  dropped: PanelResult<'editor/dropped'> = { attachments: [], refused: [] };
  /** The pieces as the editor has them when the message is sent. */
  resolve: (attachments: Attachment[]) => Attachment[] = (attachments) => attachments;
  /** What its language services know of them. */
  symbols: PanelResult<'editor/resolve'>['symbols'] = [];
  /** About how many tokens a piece takes. */
  measure: (attachment: Attachment) => number | null = () => null;
  private readonly script: Script;
  private readonly running = new Map<number | string, AbortController>();
  private readonly waiting: (() => void)[] = [];
  private page: Page | undefined;

  constructor(script: Script) {
    this.script = script;
  }

  /** Settles once a function or an editor request was called so often. */
  async called(name: FunctionName | keyof typeof panelRequests, times = 1): Promise<void> {
    while (this.inputs(name).length < times) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  attach(page: Page): void {
    this.page = page;
  }

  notify(notification: PanelNotification): Promise<void> {
    return this.post({ method: PANEL_NOTIFY, params: notification });
  }

  /** The inputs with which a function or an editor request was called. */
  inputs(name: FunctionName | keyof typeof panelRequests): unknown[] {
    return this.calls.filter((call) => call.name === name).map(({ input }) => input);
  }

  /** Takes one message of the panel. */
  async take(message: Incoming): Promise<void> {
    const { id, method, params } = message;
    if (method === '$/cancelRequest') {
      const cancelled = (params as { id: number }).id;
      this.running.get(cancelled)?.abort();
      return;
    }
    if (id === undefined || method === undefined) return;
    const abort = new AbortController();
    this.running.set(id, abort);
    try {
      const result = await (method === INVOKE
        ? this.invoke(params, abort.signal)
        : this.editor(method, params));
      if (result !== undefined) await this.post({ id, result });
    } catch (error) {
      const data = error instanceof HostError ? error.wire : undefined;
      await this.post({ id, error: { code: -32000, message: String(error), data } });
    } finally {
      this.running.delete(id);
    }
  }

  private async invoke(params: unknown, signal: AbortSignal): Promise<unknown> {
    const { name, input, stream } = InvokeParams.parse(params);
    this.record(name, input);
    const spec = contract[name];
    const parsed = spec.input.parse(input);
    const handler = this.script[name] as ((input: unknown, call: Call<FunctionName>) => unknown) | undefined;
    if (!handler) throw new HostError('internal', `The test has no script for ${name}.`);
    const emit = (chunk: unknown) => {
      const value = 'chunk' in spec ? spec.chunk.parse(chunk) : undefined;
      if (stream !== undefined) void this.post({ method: '$/progress', params: { token: stream, value } });
    };
    return spec.output.parse(await handler(parsed, { emit, signal } as Call<FunctionName>));
  }

  private record(name: string, input: unknown): void {
    this.calls.push({ name, input });
    for (const resume of this.waiting.splice(0)) resume();
  }

  private editor(method: string, params: unknown): unknown {
    const spec = panelRequests[method as keyof typeof panelRequests];
    if (!spec) throw new HostError('internal', `There is no request ${method}.`);
    const input = spec.params.parse(params);
    this.record(method, input);
    if (method === 'panel/ready') return this.place;
    if (method === 'editor/open') return { opened: true };
    if (method === 'editor/insert') return { inserted: true };
    if (method === 'editor/allowHost') return { allowed: this.allowHost };
    if (method === 'editor/apply') return this.applied.shift() ?? { outcome: 'reviewing' };
    if (method === 'editor/newFile') return { shown: true };
    if (method === 'editor/dropped') return this.dropped;
    if (method === 'editor/mentions') {
      const asked = input as PanelParams<'editor/mentions'>;
      return this.mentions(asked.kind, asked.query);
    }
    if (method === 'editor/resolve') {
      return {
        attachments: this.resolve((input as PanelParams<'editor/resolve'>).attachments),
        symbols: this.symbols,
      };
    }
    if (method === 'editor/measure') {
      return { tokens: (input as PanelParams<'editor/measure'>).attachments.map(this.measure) };
    }
    return {};
  }

  private async post(message: object): Promise<void> {
    const page = this.page;
    if (!page || page.isClosed()) return;
    // A page that is just being reloaded hears nothing, as a hidden webview does.
    await page
      .evaluate(`window.postMessage(${JSON.stringify({ jsonrpc: '2.0', ...message })}, '*')`)
      .catch(() => {});
  }
}
