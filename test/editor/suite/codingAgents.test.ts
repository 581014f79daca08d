import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { registerParticipant } from '../../../extension/coding/participant.ts';
import { Desk } from './desk.ts';

// This VS Code shows no chat of its own, so nobody can type "@zoey" there: the tools are called as another agent calls
// them, the participant by its handler.

describe("the editor's own agents", () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await Desk.prepare();
  });
  afterEach(() => desk.clear());

  async function call(name: string, input: object): Promise<string> {
    const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
    return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
  }

  it('remember, recall and forget by tools', async function () {
    if (typeof vscode.lm?.invokeTool !== 'function') this.skip();
    const text = 'The heron release is cut on Thursdays.';
    await call('zoey_remember', { text });
    const found = await call('zoey_recall', { query: 'heron release' });
    assert.ok(found.includes(text), found);
    await call('zoey_forget', { query: 'heron' });
    assert.equal((await call('zoey_recall', { query: 'heron release' })).includes(text), false);
  });

  it('search the workspace by a tool', async function () {
    if (typeof vscode.lm?.invokeTool !== 'function') this.skip();
    assert.match(await call('zoey_searchWorkspace', { query: 'greet name trim' }), /src\/greet\.ts:\d+-\d+/);
  });

  it('what a tool is not given rightly is refused in words', async function () {
    if (typeof vscode.lm?.invokeTool !== 'function') this.skip();
    await assert.rejects(call('zoey_remember', { text: 7 }));
  });

  it('@zoey answers, goes on in the same conversation, and names the places', async function () {
    if (typeof vscode.chat?.createChatParticipant !== 'function') this.skip();
    const { handler, dispose } = takeHandler(desk);
    try {
      desk.model.answers.push('It trims [1].', 'Twice.');
      const first = await ask(handler, 'What does greet do?', []);
      assert.equal(first.markdown, 'It trims [1].');
      assert.ok(
        first.places.some((place) => place.endsWith('src/greet.ts')),
        first.places.join(' '),
      );
      assert.equal(typeof first.result.metadata?.roomId, 'string');
      const history = [{ ...first.turn, result: first.result }];
      Object.setPrototypeOf(history[0], vscode.ChatResponseTurn.prototype);
      const second = await ask(handler, 'How often?', history);
      assert.equal(second.markdown, 'Twice.');
      assert.equal(second.result.metadata?.roomId, first.result.metadata?.roomId);
    } finally {
      dispose();
    }
  });
});

type Handler = vscode.ChatRequestHandler;

/** The handler that the participant is registered with. */
function takeHandler(desk: Desk): { handler: Handler; dispose(): void } {
  const { createChatParticipant } = vscode.chat;
  let taken: Handler | undefined;
  const take = (_id: string, handler: Handler) => {
    taken = handler;
    return { dispose() {} };
  };
  Object.assign(vscode.chat, { createChatParticipant: take });
  try {
    const participant = registerParticipant(desk.agent);
    assert.ok(taken, 'the participant is registered');
    return { handler: taken, dispose: () => participant.dispose() };
  } finally {
    Object.assign(vscode.chat, { createChatParticipant });
  }
}

interface Said {
  markdown: string;
  places: string[];
  result: { metadata?: { roomId?: string } };
  turn: object;
}

async function ask(handler: Handler, prompt: string, history: readonly object[]): Promise<Said> {
  const said: Said = { markdown: '', places: [], result: {}, turn: {} };
  const stream = {
    progress() {},
    markdown: (text: string) => {
      said.markdown += text;
    },
    reference: (place: vscode.Location) => said.places.push(place.uri.path),
  };
  const { token } = new vscode.CancellationTokenSource();
  const request = { prompt } as vscode.ChatRequest;
  const context = { history } as unknown as vscode.ChatContext;
  const result = await handler(request, context, stream as unknown as vscode.ChatResponseStream, token);
  return { ...said, result: (result ?? {}) as Said['result'] };
}
