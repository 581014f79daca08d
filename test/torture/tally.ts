/** What a run saw. `lost` and `doubled` are 0, or it failed. */
export interface Tally {
  lives: number;
  powerCuts: number;
  kills: number;
  takeovers: number[];
  stops: number;
  damages: number;
  acknowledged: number;
  doubled: number;
}

export function newTally(): Tally {
  return {
    lives: 0,
    powerCuts: 0,
    kills: 0,
    takeovers: [],
    stops: 0,
    damages: 0,
    acknowledged: 0,
    doubled: 0,
  };
}

export function inWords(tally: Tally): string {
  const takeovers = tally.takeovers.toSorted((a, b) => a - b);
  const median = takeovers[Math.floor(takeovers.length / 2)] ?? 0;
  return [
    `${tally.lives} simulated disks`,
    `${tally.powerCuts} power cuts`,
    `${tally.damages} damaged databases`,
    `${tally.kills} processes killed`,
    `${tally.stops} owners stopped`,
    `${takeovers.length} takeovers (median ${median} ms, at most ${takeovers.at(-1) ?? 0} ms)`,
    `${tally.acknowledged} acknowledged, 0 lost, ${tally.doubled} doubled`,
  ].join('; ');
}
