import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NoticeQueue } from '../../extension/noticeQueue.ts';
import { panelHtml } from '../../extension/panelHtml.ts';
import type { PanelNotification } from '../../runtime/protocol/panel.ts';

describe("the panel's document", () => {
  it('is this, to the letter', () => {
    const html = panelHtml({
      nonce: 'NONCE',
      cspSource: 'https://*.example.net',
      scriptUri: 'https://x.example.net/main.js',
      styleUri: 'https://x.example.net/main.css',
      language: 'de',
    });
    assert.equal(
      html,
      `<!DOCTYPE html>
<html lang="de">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-NONCE'; style-src https://*.example.net; font-src https://*.example.net; img-src https://*.example.net; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="https://x.example.net/main.css">
<title>Zoey</title>
</head>
<body>
<div id="root"></div>
<script nonce="NONCE" src="https://x.example.net/main.js"></script>
</body>
</html>
`,
    );
  });
});

describe('notices to a panel that does not listen yet', () => {
  const ask = (text: string): PanelNotification => ({ type: 'ask', text, attachments: [], send: true });

  it('wait in their order; of states only the latest stays', () => {
    const queue = new NoticeQueue();
    queue.push({ type: 'server', state: 'starting' });
    queue.push(ask('one'));
    queue.push({ type: 'server', state: 'running' });
    queue.push(ask('two'));
    const heard: PanelNotification[] = [];
    queue.open((notice) => heard.push(notice));
    assert.deepEqual(heard, [ask('one'), { type: 'server', state: 'running' }, ask('two')]);
  });

  it('go out at once while it listens, and wait again when it is gone', () => {
    const queue = new NoticeQueue();
    const first: PanelNotification[] = [];
    queue.open((notice) => first.push(notice));
    queue.push(ask('now'));
    queue.close();
    queue.push(ask('later'));
    const second: PanelNotification[] = [];
    queue.open((notice) => second.push(notice));
    assert.deepEqual([first, second], [[ask('now')], [ask('later')]]);
  });

  it('never pile up, and the latest is never lost', () => {
    const notice = fc.oneof(
      fc.string().map(ask),
      fc.constant<PanelNotification>({ type: 'refresh' }),
      fc.constant<PanelNotification>({ type: 'newChat' }),
    );
    fc.assert(
      fc.property(fc.array(notice, { minLength: 1, maxLength: 100 }), (pushed) => {
        const queue = new NoticeQueue();
        for (const one of pushed) queue.push(one);
        const heard: PanelNotification[] = [];
        queue.open((one) => heard.push(one));
        assert.ok(heard.length <= 32);
        assert.deepEqual(heard.at(-1), pushed.at(-1));
        assert.ok(heard.filter(({ type }) => type === 'refresh').length <= 1);
      }),
    );
  });
});
