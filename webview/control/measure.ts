import type { Attachment } from '../../runtime/types/memory.ts';
import { tokensOf } from '../format.ts';
import type { Rpc } from '../rpc.ts';
import { currentDraft } from '../state/composer.ts';
import type { Store } from '../store.ts';

/** Has the editor tell what each piece of the draft takes of which that is not known, however it came there. */
export function measureDrafts(rpc: Rpc, store: Store): void {
  const asked = new WeakSet<Attachment>();
  const measure = async (attachments: Attachment[]) => {
    const { tokens } = await rpc.request('editor/measure', { attachments });
    for (const [index, attachment] of attachments.entries()) {
      const count = tokens[index] ?? null;
      if (count !== null) store.dispatch({ type: 'measured', attachment, tokens: count });
    }
  };
  store.subscribe(() => {
    const unknown = currentDraft(store.get().composer).attachments.filter(
      (one) => tokensOf(one) === undefined && !asked.has(one),
    );
    if (unknown.length === 0) return;
    for (const one of unknown) asked.add(one);
    // A chip without a count says as much as there is to say.
    measure(unknown).catch(() => {});
  });
}
