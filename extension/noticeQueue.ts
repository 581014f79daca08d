import type { PanelNotification } from '../runtime/protocol/panel.ts';

/** More than a person can cause while the panel opens. */
const MAX_QUEUED = 32;

/** Of these only the latest says anything. */
const STATES: ReadonlySet<PanelNotification['type']> = new Set(['context', 'server', 'refresh']);

/** Holds what the panel should be told until it listens. The oldest give way where there are too many. */
export class NoticeQueue {
  private queued: PanelNotification[] = [];
  private send: ((notice: PanelNotification) => void) | undefined;

  push(notice: PanelNotification): void {
    if (this.send) {
      this.send(notice);
      return;
    }
    if (STATES.has(notice.type)) this.queued = this.queued.filter(({ type }) => type !== notice.type);
    this.queued.push(notice);
    if (this.queued.length > MAX_QUEUED) this.queued.shift();
  }

  /** The panel listens: sends what waited, in its order, and from now on at once. */
  open(send: (notice: PanelNotification) => void): void {
    this.send = send;
    for (const notice of this.queued.splice(0)) send(notice);
  }

  close(): void {
    this.send = undefined;
  }
}
