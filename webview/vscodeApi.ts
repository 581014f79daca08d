/** What VS Code gives a webview: a channel to the extension, and a small state that survives a reload. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare global {
  /** May be called once only. */
  function acquireVsCodeApi(): VsCodeApi;
}
