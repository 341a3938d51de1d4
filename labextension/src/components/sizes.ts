import type { TranslationBundle } from '@jupyterlab/translation';

/**
 * The size of a download, or the room on a disk, in words.
 */
export function formatSize(bytes: number, trans: TranslationBundle): string {
  if (bytes < 1e5) {
    return trans.__('%1 kB', Math.max(1, Math.round(bytes / 1e3)));
  }
  return bytes < 1e9
    ? trans.__('%1 MB', rounded(bytes / 1e6))
    : trans.__('%1 GB', rounded(bytes / 1e9));
}

function rounded(size: number): string {
  return size.toFixed(size < 100 ? 1 : 0);
}

/**
 * The size of a memory in words, as those who sell it count.
 */
export function formatMemory(bytes: number, trans: TranslationBundle): string {
  return trans.__('%1 GiB', (bytes / 2 ** 30).toFixed(bytes < 2 ** 33 ? 1 : 0));
}
