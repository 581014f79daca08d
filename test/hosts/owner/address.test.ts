import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { socketAddress } from '../../../runtime/hosts/owner/address.ts';
import { ZoeyError } from '../../../runtime/kernel/errors.ts';
import { emptyFolder } from '../../support/hosts/programs.ts';

const NONCE = '0123456789abcdef0123456789abcdef';

describe('socket address', () => {
  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  it('stands in a private folder, made where it is missing', () => {
    const folder = path.join(emptyFolder(), 'zoey');
    assert.equal(socketAddress(NONCE, [folder]), path.join(folder, '0123456789abcdef.sock'));
    assert.equal(fs.statSync(folder).mode & 0o777, 0o700);
  });

  it('closes a folder of ours that others may enter', () => {
    const folder = emptyFolder();
    fs.chmodSync(folder, 0o777);
    socketAddress(NONCE, [folder]);
    assert.equal(fs.statSync(folder).mode & 0o777, 0o700);
  });

  it('keeps within what a socket path may hold, in bytes', () => {
    const short = emptyFolder();
    const long = path.join(emptyFolder(), 'ü'.repeat(40));
    assert.ok(long.length < 100);
    assert.equal(path.dirname(socketAddress(NONCE, [long, short])), short);
    assert.equal(fs.existsSync(long), false);
  });

  it('avoids links, files and folders that cannot be made', () => {
    const base = emptyFolder();
    const good = path.join(base, 'good');
    fs.mkdirSync(path.join(base, 'target'));
    fs.symlinkSync(path.join(base, 'target'), path.join(base, 'link'));
    fs.writeFileSync(path.join(base, 'file'), '');
    const folders = ['link', 'file', 'missing/deep', 'good'].map((name) => path.join(base, name));
    assert.equal(path.dirname(socketAddress(NONCE, folders)), good);
  });

  it('avoids a folder that belongs to somebody else', function () {
    if (process.getuid?.() !== 0) this.skip();
    const theirs = emptyFolder();
    fs.chownSync(theirs, 12345, 12345);
    const ours = emptyFolder();
    assert.equal(path.dirname(socketAddress(NONCE, [theirs, ours])), ours);
  });

  it('tells which folders would do where none does', () => {
    const file = path.join(emptyFolder(), 'file');
    fs.writeFileSync(file, '');
    assert.throws(
      () => socketAddress(NONCE, [file]),
      (error) => ZoeyError.is(error) && error.code === 'storage_failed' && error.hint.includes(file),
    );
  });
});
