import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ChatChunk, Message } from '../../runtime/protocol/schemas.ts';
import type { Action } from '../../webview/state/actions.ts';
import { currentDraft } from '../../webview/state/composer.ts';
import { reduce } from '../../webview/state/reduce.ts';
import { fromSaved, toSaved } from '../../webview/state/saved.ts';
import { initialState, type Outgoing, type State } from '../../webview/state/types.ts';
import { answer, NOW, question, room, uuid } from '../support/panel/conversations.ts';

const here = room(1);
const asked = question(here.id, 11, 'Why?');
const empty: Message = { ...answer(here.id, 12, ''), status: 'streaming' };
const outgoing: Outgoing = { id: asked.id, text: 'Why?', attachments: [] };

const run = (actions: readonly Action[], from: State = initialState) => actions.reduce(reduce, from);
const sent: Action = { type: 'sent', input: outgoing, token: 1, at: NOW, fromComposer: true };
const start: ChatChunk = { type: 'start', room: here, message: asked, reply: empty };
const chunks = (...list: ChatChunk[]): Action => ({ type: 'chunks', token: 1, chunks: list });
const texts = (state: State) => state.chat.messages.map(({ text }) => text);

/** A text cut into deltas, the deltas into frames. */
const deltas = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), { maxLength: 30 });

describe('the panel state', () => {
  describe('a turn', () => {
    it('shows the message at once, and the answer as it grows', () => {
      const growing = run([
        sent,
        chunks(start),
        chunks({ type: 'text', delta: 'Be' }, { type: 'text', delta: 'cause' }),
      ]);
      assert.deepEqual(texts(growing), ['Why?', 'Because']);
      assert.equal(growing.chat.turn?.replyId, empty.id);
      assert.equal(growing.chat.outgoing, undefined);
    });

    it('gives the same text for every split into chunks and frames', () => {
      fc.assert(
        fc.property(deltas, fc.array(fc.nat({ max: 5 }), { maxLength: 10 }), (parts, sizes) => {
          const list = [start, ...parts.map((delta): ChatChunk => ({ type: 'text', delta }))];
          const frames: Action[] = [];
          for (const size of sizes) frames.push(chunks(...list.splice(0, size)));
          const state = run([sent, ...frames, chunks(...list)]);
          assert.deepEqual(texts(state), ['Why?', parts.join('')]);
        }),
      );
    });

    it('ends with the stored message in place of the one that was written', () => {
      const stored: Message = { ...empty, id: uuid(99), status: 'complete', text: 'Because.' };
      const state = run([
        sent,
        chunks(start, { type: 'text', delta: 'Bec' }),
        chunks({ type: 'end', message: stored, room: here }),
      ]);
      assert.deepEqual(
        state.chat.messages.map(({ id }) => id),
        [asked.id, stored.id],
      );
      assert.equal(state.chat.turn, undefined);
    });

    it('hears no chunk of a stream that was left', () => {
      const state = run([sent, chunks(start), { type: 'newChat' }, chunks({ type: 'text', delta: 'late' })]);
      assert.deepEqual(state.chat.messages, []);
    });

    it('forgets the work once words come', () => {
      const work = { kind: 'reading', text: 'Reading the question', since: NOW } as const;
      const state = run([sent, chunks(start, { type: 'work', work })]);
      assert.equal(state.chat.turn?.work?.text, 'Reading the question');
      assert.equal(run([chunks({ type: 'text', delta: 'x' })], state).chat.turn?.work, undefined);
    });

    it('keeps what was written when the stream breaks', () => {
      const error = { code: 'server_stopped', message: 'Gone.', hint: '', retryable: true } as const;
      const state = run([
        sent,
        chunks(start, { type: 'text', delta: 'Half' }),
        { type: 'turnFailed', token: 1, error },
      ]);
      assert.deepEqual(texts(state), ['Why?', 'Half']);
      assert.equal(state.chat.messages.at(-1)?.status, 'interrupted');
    });

    it('takes out what an edited message replaces', () => {
      const before = run([
        { type: 'roomOpening', roomId: here.id },
        {
          type: 'roomLoaded',
          roomId: here.id,
          messages: [asked, answer(here.id, 12, 'Old'), question(here.id, 13, 'More')],
        },
      ]);
      const input = { ...outgoing, id: uuid(50), text: 'Better?', replaces: asked.id };
      assert.deepEqual(texts(run([{ ...sent, input }], before)), ['Better?']);
    });
  });

  describe('a message that does not go out', () => {
    const error = { code: 'server_stopped', message: 'Gone.', hint: '', retryable: true } as const;
    const failed = run([sent, { type: 'turnFailed', token: 1, error }]);

    it('stays, with why', () => {
      assert.deepEqual(texts(failed), ['Why?']);
      assert.equal(failed.chat.outgoing?.error?.code, 'server_stopped');
    });

    it('stays when the room is read again without it', () => {
      const open = run([
        { type: 'roomOpening', roomId: here.id },
        sent,
        { type: 'turnFailed', token: 1, error },
      ]);
      const read = run(
        [
          { type: 'roomOpening', roomId: here.id },
          { type: 'roomLoaded', roomId: here.id, messages: [question(here.id, 5, 'Earlier')] },
        ],
        open,
      );
      assert.deepEqual(texts(read), ['Earlier', 'Why?']);
      assert.equal(read.chat.outgoing?.input.id, asked.id);
    });

    it('is not doubled when the room turns out to have it', () => {
      const open = run([
        { type: 'roomOpening', roomId: here.id },
        sent,
        { type: 'turnFailed', token: 1, error },
      ]);
      const read = run([{ type: 'roomLoaded', roomId: here.id, messages: [asked] }], open);
      assert.deepEqual(texts(read), ['Why?']);
      assert.equal(read.chat.outgoing, undefined);
    });
  });

  describe('drafts', () => {
    it('belong each to its conversation', () => {
      const state = run([
        { type: 'draftText', text: 'new one' },
        { type: 'roomOpening', roomId: uuid(1) },
        { type: 'draftText', text: 'first' },
        { type: 'roomOpening', roomId: uuid(2) },
      ]);
      assert.equal(currentDraft(state.composer).text, '');
      assert.equal(
        currentDraft(run([{ type: 'roomOpening', roomId: uuid(1) }], state).composer).text,
        'first',
      );
      assert.equal(currentDraft(run([{ type: 'newChat' }], state).composer).text, 'new one');
    });

    it('follow a new conversation when it gets its id', () => {
      const state = run([sent, { type: 'draftText', text: 'And then?' }, chunks(start)]);
      assert.equal(state.composer.key, here.id);
      assert.equal(currentDraft(state.composer).text, 'And then?');
    });

    it('come back when editing is given up, or the edited message is sent', () => {
      const editing = run([
        { type: 'draftText', text: 'Half a thought' },
        { type: 'edit', message: asked },
      ]);
      assert.equal(currentDraft(editing.composer).text, 'Why?');
      assert.equal(currentDraft(run([{ type: 'editCancelled' }], editing).composer).text, 'Half a thought');
      assert.equal(currentDraft(run([sent], editing).composer).text, 'Half a thought');
    });

    it('are kept for twenty conversations at most, the latest touched', () => {
      const many = Array.from({ length: 30 }, (_, index): Action[] => [
        { type: 'roomOpening', roomId: uuid(index) },
        { type: 'draftText', text: `draft ${index}` },
      ]).flat();
      const { drafts } = run(many).composer;
      assert.equal(Object.keys(drafts).length, 20);
      assert.equal(drafts[uuid(29)]?.text, 'draft 29');
    });

    it('do not lose a message that failed while another conversation was open', () => {
      const draft = { text: 'Why?', attachments: [] };
      const state = run([
        sent,
        { type: 'roomOpening', roomId: uuid(2) },
        { type: 'draftReturned', key: '', draft },
      ]);
      assert.equal(currentDraft(run([{ type: 'newChat' }], state).composer).text, 'Why?');
    });

    it('lose neither what failed nor what was typed since', () => {
      const draft = { text: 'Why?', attachments: [{ kind: 'file' as const, path: 'a.ts' }] };
      const back: Action = { type: 'draftReturned', key: '', draft };
      const typed = currentDraft(run([{ type: 'draftText', text: 'And then?' }, back]).composer);
      assert.deepEqual(typed, { text: 'Why?\n\nAnd then?', attachments: draft.attachments });
      const editing = run([{ type: 'edit', message: asked }, back]);
      assert.equal(currentDraft(editing.composer).text, asked.text);
      assert.equal(currentDraft(run([{ type: 'editCancelled' }], editing).composer).text, 'Why?');
    });
  });

  describe('a reload', () => {
    it('gives back drafts, room and what was not acknowledged', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (typed, other) => {
          const state = run([
            { type: 'roomOpening', roomId: here.id },
            { type: 'draftText', text: other },
            sent,
            { type: 'draftText', text: typed },
          ]);
          const kept = fromSaved(JSON.parse(JSON.stringify(toSaved(state, { id: asked.id, offset: -12 }))));
          assert.deepEqual(kept.drafts, state.composer.drafts);
          assert.equal(kept.roomId, here.id);
          assert.deepEqual(kept.outgoing, outgoing);
          assert.deepEqual(kept.anchor, { id: asked.id, offset: -12 });
        }),
      );
    });

    it('takes anything else for nothing', () => {
      fc.assert(
        fc.property(fc.jsonValue(), (value) => {
          const { drafts } = fromSaved(value);
          assert.ok(Object.values(drafts).every(({ text }) => typeof text === 'string'));
        }),
      );
      assert.deepEqual(fromSaved({ version: 2, drafts: {} }), { version: 1, drafts: {} });
    });

    it('keeps the open draft alone when all of them are too long', () => {
      const long = 'x'.repeat(600_000);
      const state = run([
        { type: 'roomOpening', roomId: uuid(1) },
        { type: 'draftText', text: long },
        { type: 'roomOpening', roomId: uuid(2) },
        { type: 'draftText', text: long },
      ]);
      assert.deepEqual(Object.keys(toSaved(state, undefined).drafts), [uuid(2)]);
    });
  });

  describe('the list of conversations', () => {
    it('drops the answer to an earlier search', () => {
      const state = run([
        { type: 'roomsAsked', query: 'a' },
        { type: 'roomsAsked', query: 'ab' },
        { type: 'roomsLoaded', query: 'a', items: [room(1)], append: false },
      ]);
      assert.deepEqual(state.rooms.items, []);
      assert.equal(state.rooms.loading, true);
    });

    it('has pinned ones first, then the latest', () => {
      const items = [room(1, { updatedAt: 3 }), room(2, { updatedAt: 2 }), room(3, { updatedAt: 1 })];
      const state = run([
        { type: 'roomsLoaded', query: '', items, append: false },
        { type: 'roomChanged', room: { ...room(3, { updatedAt: 1 }), pinned: true } },
      ]);
      assert.deepEqual(
        state.rooms.items.map(({ id }) => id),
        [uuid(3), uuid(1), uuid(2)],
      );
    });

    it('takes a deletion back', () => {
      const state = run([
        { type: 'roomsLoaded', query: '', items: [here, room(2)], append: false },
        { type: 'roomDeleted', room: here },
      ]);
      assert.equal(state.rooms.deleted?.id, here.id);
      const restored = run([{ type: 'roomRestored', room: here }], state);
      assert.equal(restored.rooms.items.length, 2);
      assert.equal(restored.rooms.deleted, undefined);
    });
  });

  it('loads older messages before those that are there, each once', () => {
    const page = (from: number) =>
      Array.from({ length: 50 }, (_, index) => question(here.id, from + index, 'x'));
    const state = run([
      { type: 'roomOpening', roomId: here.id },
      { type: 'roomLoaded', roomId: here.id, messages: page(100), older: 'c' },
      { type: 'olderLoaded', roomId: here.id, messages: page(60), older: 'd' },
    ]);
    assert.equal(state.chat.messages.length, 90);
    assert.equal(state.chat.messages[0]?.id, uuid(60));
    assert.equal(state.chat.older, 'd');
  });
});
