import assert from 'node:assert/strict';
import { PANEL_NOTIFY } from '../../runtime/protocol/panel.ts';
import { INVOKE } from '../../runtime/protocol/rpc.ts';
import { Uuid } from '../../runtime/types/primitives.ts';
import { uuidv7 } from '../../webview/ids.ts';
import * as wire from '../../webview/wire.ts';

describe('the wire of the panel', () => {
  it('has the names of the protocol', () => {
    assert.deepEqual({ ...wire }, { INVOKE, PANEL_NOTIFY });
  });

  it('has ids that sort by time', () => {
    const ids = [1_000, 1_700_000_000_000, 1_800_000_000_000].map(uuidv7);
    assert.deepEqual(ids.toSorted(), ids);
    for (const id of ids) assert.equal(Uuid.parse(id), id);
  });
});
