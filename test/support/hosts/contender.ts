import { randomBytes } from 'node:crypto';
import { takeLock } from '../../../runtime/hosts/owner/lock.ts';
import { ownLife } from '../../../runtime/hosts/owner/process.ts';

/** A process that tries to take a folder's lock each time its parent names one, and tells whether it did. */
process.on('message', (folder) => {
  const nonce = randomBytes(16).toString('hex');
  const record = { ...ownLife(), nonce, address: 'nowhere', token: randomBytes(32).toString('hex') };
  process.send?.({ took: takeLock(String(folder), record) });
});
process.on('disconnect', () => process.exit(0));
