import assert from 'node:assert/strict';
import { seeded } from '../support/storage/random.ts';
import { damageAndRecover } from './damage.ts';
import { Kills } from './kills.ts';
import { live } from './life.ts';
import { fightOverOwners } from './owners.ts';
import { newTally } from './tally.ts';

// The short form of `npm run torture`.
describe('storage, tortured for a while', function () {
  this.timeout(120_000);

  it('on disks that fail, lose power and tell another time: nothing lost, nothing back', async () => {
    const tally = newTally();
    for (let seed = 1; seed <= 8; seed++) await live(seeded(seed), tally);
    assert.ok(tally.acknowledged > 100, `${tally.acknowledged} acknowledged`);
    assert.equal(tally.doubled, 0);
  });

  it('with pages overwritten: what can be read is recovered, and what is lost is told', async () => {
    const tally = newTally();
    for (let seed = 1; seed <= 15; seed++) await damageAndRecover(seeded(seed), tally);
    assert.ok(tally.damages > 5, `${tally.damages} damaged`);
  });

  it('killed while it writes, forgets, empties its log, is vacuumed or changes its schema', async () => {
    const tally = newTally();
    const kills = new Kills();
    await kills.build();
    for (let seed = 1; seed <= 8; seed++) await kills.round(seeded(seed), tally);
    kills.remove();
    assert.ok(tally.acknowledged > 50, `${tally.acknowledged} acknowledged`);
    assert.equal(tally.doubled, 0);
  });

  it('in several windows whose owner is killed or stopped', async () => {
    const tally = newTally();
    await fightOverOwners(seeded(1), tally);
    assert.ok(tally.acknowledged > 30, `${tally.acknowledged} acknowledged`);
    assert.equal(tally.doubled, 0);
  });
});
