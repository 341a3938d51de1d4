import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Job, Plan, Report } from '../wire';

const FOLDER = path.resolve(__dirname, '../../../tests/golden');

/**
 * The files of tests/golden, which pytest writes: what the server really sends.
 */
export function golden<T = Report | Plan | Job>(name: string): T {
  return JSON.parse(
    readFileSync(path.join(FOLDER, `${name}.json`), 'utf8')
  ) as T;
}

/**
 * The names of all golden files of a sort.
 */
export function goldenNames(sort: 'report' | 'plan' | 'job'): string[] {
  return readdirSync(FOLDER)
    .filter(file => file.startsWith(`${sort}-`))
    .map(file => path.basename(file, '.json'));
}
