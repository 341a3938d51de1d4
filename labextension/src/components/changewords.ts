import type { Added, Removed, Updated } from '../wire';

/**
 * What tells two builds apart for conda and nobody else: numbers, and hashes of what was needed.
 */
const OF_CONDA = /^(?:\d+|(?:[a-z]+\d+)*h[0-9a-f]{7})$/;

/**
 * What changes: “2.0 → 2.1”, “3.9.0 openblas → mkl”, “1.0 defaults → conda-forge”.
 */
export function changeStep(change: Updated): string {
  const { build, new: after, old, old_build } = change;
  if (old !== after) {
    return `${old} → ${after}`;
  }
  if (old_build !== build) {
    return `${after} ${between(old_build ?? '', build ?? '')}`;
  }
  return moves(change)
    ? `${after} ${change.old_channel} → ${change.channel}`
    : after;
}

/**
 * Whether the same is put there once more.
 */
export function isAnew(change: Updated): boolean {
  return (
    change.old === change.new &&
    change.old_build === change.build &&
    !moves(change)
  );
}

/**
 * Whose it is, and from which channel: “conda · conda-forge”.
 */
export function changeOrigin(change: Added | Removed | Updated): string {
  const channel =
    'old' in change && moves(change)
      ? `${change.old_channel} → ${change.channel}`
      : change.channel;
  return [change.by, channel].filter(word => word).join(' · ');
}

/**
 * Which build comes or goes, in full; empty where there are none.
 */
export function changeBuild(change: Added | Removed | Updated): string {
  const before = 'old' in change ? change.old_build : null;
  const builds = before === change.build ? [before] : [before, change.build];
  return builds.filter(build => build).join(' → ');
}

function moves({ channel, old_channel }: Updated): boolean {
  return channel !== null && old_channel !== null && channel !== old_channel;
}

/**
 * What differs between two builds in words, both in full where that is no word.
 */
function between(old: string, after: string): string {
  const lost = without(words(old), words(after));
  const won = without(words(after), words(old));
  return lost.length > 0 && won.length > 0
    ? `${lost.join(' ')} → ${won.join(' ')}`
    : `${old} → ${after}`;
}

function without(some: string[], others: string[]): string[] {
  return some.filter(word => !others.includes(word));
}

function words(build: string): string[] {
  return build.split('_').filter(word => word && !OF_CONDA.test(word));
}
