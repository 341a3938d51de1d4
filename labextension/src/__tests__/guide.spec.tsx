import { render } from '@testing-library/react';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import React from 'react';
import { Guide } from '../components/Guide';
import { Markdown } from '../components/Markdown';
import { guideFits } from '../guidefit';
import { blocks, inlines } from '../markdown';
import type { Report } from '../wire';
import { json } from './answers';
import { golden } from './golden';
import { Stage, trans } from './stage';
import { setUp } from './world';

const FOLDER = path.resolve(
  __dirname,
  '../../../src/jupyterlab_envcheck/guide'
);

describe('Markdown', () => {
  it.each(readdirSync(FOLDER).filter(file => file.endsWith('.md')))(
    'should leave no mark of %s unread',
    file => {
      const page = readFileSync(path.join(FOLDER, file), 'utf8');
      const { container } = render(
        <Markdown text={page.slice(page.indexOf('\n'))} />
      );
      container.querySelectorAll('code').forEach(code => code.remove());
      expect(container.textContent).not.toMatch(/`|\*\*|\]\(|^#|\|\s*---/m);
    }
  );

  it('should make no markup of what looks like it', () => {
    const { container } = render(
      <Markdown text="<img src=x onerror=y> [press](javascript:alert) **<b>x</b>**" />
    );
    expect(container.querySelector('img, a, b b')).toBeNull();
    expect(container.textContent).toBe('<img src=x onerror=y> press <b>x</b>');
  });

  it('should keep a bar in code within its cell', () => {
    expect(blocks('| a | b |\n| --- | --- |\n| `x | y` | z |')).toEqual([
      { kind: 'table', head: ['a', 'b'], rows: [['`x | y`', 'z']] }
    ]);
  });

  it('should read a line', () => {
    expect(
      inlines('see `gpu`, **now** or *then*: [here](https://x.org)')
    ).toEqual([
      { kind: 'text', text: 'see ' },
      { kind: 'code', text: 'gpu' },
      { kind: 'text', text: ', ' },
      { kind: 'bold', text: 'now' },
      { kind: 'text', text: ' or ' },
      { kind: 'italic', text: 'then' },
      { kind: 'text', text: ': ' },
      { kind: 'link', text: 'here', url: 'https://x.org' }
    ]);
  });
});

describe('guideFits', () => {
  const entries = (name: string, experience: 'beginner' | 'advanced') =>
    guideFits(golden<Report>(name), experience, trans).map(({ entry, here }) =>
      here ? `${entry} (here)` : entry
    );

  it('should begin with where one is, then what findings point to', () => {
    expect(entries('report-rich', 'advanced')).toEqual([
      'pip-and-conda (here)',
      'threads',
      'terms',
      'where-installs-go',
      'blas',
      'gpu'
    ]);
    expect(entries('report-healthy', 'advanced')[0]).toBe(
      'environments (here)'
    );
  });

  it('should add what a beginner reads first', () => {
    expect(entries('report-same', 'beginner')).toEqual(
      expect.arrayContaining(['which-installer', 'undo'])
    );
    expect(entries('report-same', 'advanced')).not.toContain('undo');
  });

  it('should name only entries that there are', () => {
    const names = readdirSync(FOLDER).map(file => file.replace('.md', ''));
    for (const report of [
      'report-rich',
      'report-remote',
      'report-conda-base'
    ]) {
      for (const { entry } of guideFits(
        golden<Report>(report),
        'beginner',
        trans
      )) {
        expect(names).toContain(entry);
      }
    }
  });
});

describe('Guide', () => {
  it('should be fetched once, and again where that failed', async () => {
    const answers = [
      () => json({ message: 'm', reason: 'r', hint: 'h' }, 500),
      () => json([{ id: 'gpu', title: 'GPUs', text: '' }])
    ];
    const { model, sent } = setUp(() =>
      answers[sent('GET', '/guide').length - 1]()
    );
    await model.guide.load();
    expect(model.guide.problem?.reason).toBe('r');
    await Promise.all([model.guide.load(), model.guide.load()]);
    await model.guide.load();
    expect(model.guide.entries).toHaveLength(1);
    expect(model.guide.problem).toBeNull();
    expect(sent('GET', '/guide')).toHaveLength(2);
  });

  it('should bring what is asked for into sight once, and not each time it is drawn', async () => {
    window.HTMLElement.prototype.scrollIntoView = jest.fn();
    const { model } = setUp(() =>
      json([{ id: 'gpu', title: 'GPUs', text: '' }])
    );
    const { guide } = model;
    const { commands } = new Stage();
    await guide.load();
    const draw = (): JSX.Element => (
      <Guide
        asked={guide.asked}
        commands={commands}
        entries={guide.entries}
        fits={[]}
        onFound={() => guide.found()}
        onOpen={() => undefined}
        onSearch={() => undefined}
        open={guide.open}
        problem={null}
        text=""
        trans={trans}
      />
    );
    guide.read('gpu');
    const { unmount } = render(draw());
    expect(document.activeElement?.textContent).toBe('GPUs');
    // The entry goes while the search finds others, and the section while there is another look.
    unmount();
    render(draw());
    expect(document.activeElement).toBe(document.body);
    guide.read('gpu');
    render(draw());
    expect(document.activeElement?.textContent).toBe('GPUs');
  });
});
