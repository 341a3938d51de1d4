import { expect, test } from '@playwright/test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { NOTES } from './stage';

/**
 * What one process noted: the selectors there are, and those that something matched.
 */
interface INote {
  readonly all: string[];
  readonly matched: string[];
}

test('has no unused style rules', () => {
  const notes: INote[] = (existsSync(NOTES) ? readdirSync(NOTES) : []).map(
    name => JSON.parse(readFileSync(path.join(NOTES, name), 'utf8'))
  );
  const matched = new Set(notes.flatMap(note => note.matched));
  const unused = notes[0]?.all.filter(selector => !matched.has(selector));
  expect(unused).toEqual([]);
});
