import assert from 'node:assert/strict';
import { throwIfAborted, ZoeyError } from '../../runtime/kernel/errors.ts';
import { ErrorCode } from '../../runtime/types/errors.ts';

describe('ZoeyError', () => {
  it('has a hint for every code', () => {
    for (const code of ErrorCode.options) {
      assert.ok(new ZoeyError(code, 'x').hint.length > 10, code);
    }
  });

  it('crosses a process boundary and comes back the same', () => {
    const error = new ZoeyError('model_busy', 'The queue is full.', { hint: 'Wait a moment.' });
    const back = ZoeyError.fromWire(JSON.parse(JSON.stringify(error.toWire())));
    assert.deepEqual(back?.toWire(), {
      code: 'model_busy',
      message: 'The queue is full.',
      hint: 'Wait a moment.',
      retryable: true,
    });
  });

  it('is known across copies of its class', () => {
    const other = Object.assign(new Error('x'), { [Symbol.for('zoey.error')]: true, code: 'not_found' });
    assert.equal(ZoeyError.is(other), true);
    assert.equal(ZoeyError.is(new Error('x')), false);
    assert.equal(ZoeyError.is(undefined), false);
  });

  it('makes an abort a cancel, and anything else internal', () => {
    assert.equal(ZoeyError.from(new DOMException('x', 'AbortError')).code, 'cancelled');
    assert.equal(ZoeyError.from(new TypeError('x is not a function')).code, 'internal');
    assert.match(ZoeyError.from('odd').message, /odd/);
  });

  it('refuses data of others', () => {
    assert.equal(ZoeyError.fromWire({ code: 'made_up', message: '', hint: '', retryable: false }), undefined);
    assert.equal(ZoeyError.fromWire(undefined), undefined);
  });

  it('throws for an aborted signal only', () => {
    assert.doesNotThrow(() => throwIfAborted(new AbortController().signal));
    assert.throws(() => throwIfAborted(AbortSignal.abort()), { code: 'cancelled' });
  });
});
