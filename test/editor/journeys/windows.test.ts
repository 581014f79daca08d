import assert from 'node:assert/strict';
import { Chat } from '../../support/journeys/chat.ts';
import { journeys } from '../../support/journeys/journey.ts';
import { memoryOwners } from '../../support/journeys/owner.ts';

describe('windows', function () {
  const { chat: newChat, beside } = journeys(this, {
    llama: { reply: 'The client waits longer after each attempt than before.', delayMs: 10 },
  });

  /** Opens a conversation that another window began. */
  const openRoom = async (chat: Chat, title: string) => {
    const history = await chat.history();
    await history.locator('.room .popup-item', { hasText: title }).click();
    await chat.question(title).waitFor();
  };

  it('share the memory of a workspace, and go on when the one that holds it dies', async () => {
    const first = await newChat();
    await first.ready();
    await first.exchange('Asked in the first window');
    const second = await Chat.open(await beside(first.workbench));
    await second.ready();
    await openRoom(second, 'Asked in the first window');
    await second.begin();
    await second.exchange('Asked in the second window');
    await openRoom(first, 'Asked in the second window');

    const servers = async () => (await first.workbench.agentServers()).map(({ pid }) => pid);
    assert.equal((await servers()).length, 2);
    const [owner = 0, ...others] = await memoryOwners(first.workbench);
    assert.deepEqual(others, []);
    assert.ok((await servers()).includes(owner));
    process.kill(owner, 'SIGKILL');
    await first.exchange('Asked after the crash');
    await second.begin();
    await second.exchange('Begun after the crash');
    await openRoom(first, 'Begun after the crash');
    await openRoom(second, 'Asked in the second window');
    await second.question('Asked after the crash').waitFor();
    assert.equal((await servers()).length, 2);
    assert.notEqual((await memoryOwners(first.workbench))[0], owner);
  });

  it('without a folder share their memory with each other alone, and say so', async () => {
    const chat = await newChat(null);
    await chat.ready();
    await chat.frame
      .getByText('No folder is open. What Zoey learns here is shared by all windows without a folder.')
      .waitFor();
    await chat.exchange('Asked without a folder');
    const other = await newChat(null);
    await openRoom(other, 'Asked without a folder');
    const apart = await newChat();
    await (await apart.history()).getByText('No conversations yet.').waitFor();
  });

  it('keep draft and pieces while the panel is hidden, and through a reload', async () => {
    const chat = await newChat();
    await chat.ready();
    const { workbench } = chat;
    await workbench.openFile('total.ts');
    await chat.button('Add total.ts').click();
    const piece = chat.button('Remove total.ts');
    await piece.waitFor();
    await chat.composer.fill('Half a thought');
    await workbench.runCommand('View: Show Explorer');
    await chat.composer.waitFor({ state: 'hidden' });
    await workbench.openSidebar();
    await chat.drafts('Half a thought');
    await piece.waitFor();
    await chat.reload('Another half');
    await piece.waitFor();
  });
});
