import type { Kernel } from '@jupyterlab/services';
import { cleanup, render, screen } from '@testing-library/react';
import { MessageLoop } from '@lumino/messaging';
import { Panel, Widget } from '@lumino/widgets';
import React from 'react';
import { MagicReport } from '../components/MagicReport';
import { MIME_TYPE, readBundle, readWords } from '../mime/bundle';
import { Displays } from '../mime/displays';
import { magicAnswer } from '../mime/magic';
import { narrow } from '../mime/narrow';
import { offerMagic } from '../mime/offer';
import { MagicOutput } from '../mime/output';
import type { Report } from '../wire';
import type { Answer } from './answers';
import { json, played } from './answers';
import { golden } from './golden';
import { Cell, play } from './notebook';
import { Stage, trans } from './stage';
import { until } from './world';

const PROBLEMS = golden<Report>('report-problems');
const ID = '0123456789abcdef0123456789abcdef';
const HOSTILE = '<img src=x onerror="hacked()">';

function bundle(id: unknown, text: unknown = 'the text'): object {
  return { [MIME_TYPE]: { id }, 'text/plain': text };
}

/**
 * Notebook cells that hold outputs.
 */
class OutputCell extends Cell {
  readonly node = new Panel();

  contains(widget: Widget): boolean {
    return this.node.contains(widget);
  }
}

/**
 * What knows outputs, with a notebook and a server to play with.
 */
function follow(answer: Answer = () => json(PROBLEMS)) {
  const [a, b] = [new OutputCell('a'), new OutputCell('b')];
  const notebook = play(a, b);
  const { requests, settings } = played(answer);
  const displays = new Displays(notebook.executions, settings);
  const show = (cell: Cell | string, data: object, words: unknown = []): void =>
    notebook.say(cell, 'display_data', {
      data,
      transient: { envcheck: words }
    });
  const end = (cell: Cell | string): void =>
    notebook.say(cell, 'status', { execution_state: 'idle' });
  return { ...notebook, a, b, displays, end, requests, show };
}

/**
 * An output in a cell, and how often it was drawn.
 */
async function output(
  displays: Displays,
  cell: OutputCell,
  data: object
): Promise<{ draws: string[]; node: HTMLElement }> {
  const draws: string[] = [];
  const widget = new MagicOutput({
    displays,
    draw: async display => {
      draws.push(display()?.kernel ?? '');
      return new Widget();
    },
    textless: 'without a text'
  });
  cell.node.addWidget(widget);
  await widget.renderModel({ data } as never);
  MessageLoop.sendMessage(widget, Widget.Msg.AfterAttach);
  await Promise.resolve();
  return { draws, node: widget.node };
}

afterEach(cleanup);

describe('readBundle', () => {
  it.each([
    [null],
    ['text'],
    [{}],
    [{ [MIME_TYPE]: null }],
    [bundle(7, 7)],
    [bundle([ID], [ID])],
    [bundle(`${ID}0`, null)],
    [bundle(ID.toUpperCase(), {})],
    [bundle('../kernels', null)]
  ])('should believe nothing of %j', data => {
    expect(readBundle(data)).toEqual({ id: null, text: '' });
  });

  it('should bound what it takes', () => {
    const { text } = readBundle(bundle(ID, 'x'.repeat(1e6)));
    expect(text).toHaveLength(2000);
    const many = Array(1e5).fill('y'.repeat(1000));
    expect(readWords({ envcheck: many })).toEqual(
      Array(20).fill('y'.repeat(100))
    );
    expect(readWords(null)).toEqual([]);
    expect(readWords({ envcheck: { length: 3 } })).toEqual([]);
  });
});

describe('Displays', () => {
  it('should ask about the notebook’s own kernel, once, when the cell has ended', async () => {
    const { a, displays, end, requests, schedule, show } = follow();
    schedule(a);
    show(a, bundle(ID), ['blas']);
    show(a, bundle('f'.repeat(32)));
    expect(displays.find(ID)).toMatchObject({
      kernel: 'k1',
      report: null,
      words: ['blas']
    });
    expect(requests).toEqual([]);
    end(a);
    await until(() => displays.find(ID)?.report !== null);
    expect(displays.find('f'.repeat(32))?.report?.id).toBe(PROBLEMS.id);
    expect(requests.map(({ body }) => body)).toEqual([
      {
        cells: [
          { id: 'a', source: 'import sklearn' },
          { id: 'b', source: 'import sklearn' }
        ],
        kernel: 'k1',
        refresh: false
      }
    ]);
  });

  it('should not know what another page runs, nor what is shown when nothing runs', () => {
    const { a, displays, end, requests, schedule, show } = follow();
    show(a, bundle(ID));
    schedule(a);
    show('of-another-page', bundle(ID));
    end('of-another-page');
    end(a);
    expect(displays.find(ID)).toBeNull();
    expect(requests).toEqual([]);
  });

  it('should know no more than eight outputs of a cell', () => {
    const { a, displays, schedule, show } = follow();
    schedule(a);
    for (let count = 0; count < 100; count++) {
      show(a, bundle(String(count).padStart(32, '0')));
    }
    expect(displays.find('7'.padStart(32, '0'))).not.toBeNull();
    expect(displays.find('8'.padStart(32, '0'))).toBeNull();
  });

  it('should forget a cell that runs again, and a notebook that is closed', () => {
    const { a, b, displays, panel, schedule, show } = follow();
    schedule(a);
    show(a, bundle(ID));
    schedule(a);
    expect(displays.find(ID)).toBeNull();
    schedule(b);
    show(b, bundle(ID));
    panel.disposed.emit();
    expect(displays.find(ID)).toBeNull();
  });

  it.each(['restarting', 'autorestarting', 'dead', 'terminating'])(
    'should ask nothing of a kernel that is %s',
    async status => {
      const { a, displays, end, panel, requests, schedule, show } = follow();
      schedule(a);
      show(a, bundle(ID));
      panel.sessionContext.statusChanged.emit(status);
      end(a);
      await new Promise(resolve => setTimeout(resolve));
      expect(requests).toEqual([]);
      expect(displays.find(ID)).toBeNull();
    }
  );

  it('should say why there is no report', async () => {
    const { a, displays, end, schedule, show } = follow(() => json({}, 404));
    schedule(a);
    show(a, bundle(ID));
    end(a);
    await until(() => displays.find(ID)?.problem !== null);
    expect(displays.find(ID)?.problem?.reason).toBe('no-extension');
  });
});

describe('MagicOutput', () => {
  it('should show a text alone where the output was not seen', async () => {
    const { a, displays, requests } = follow();
    for (const data of [bundle(ID, HOSTILE), bundle(null, HOSTILE)]) {
      const { draws, node } = await output(displays, a, data);
      expect(node.textContent).toBe(HOSTILE);
      expect(node.querySelector('img, button')).toBeNull();
      expect(draws).toEqual([]);
    }
    const { node } = await output(displays, a, bundle(ID, null));
    expect(node.textContent).toBe('without a text');
    expect(requests).toEqual([]);
  });

  it('should be drawn where it was seen, also if that is told later', async () => {
    const { a, b, displays, schedule, show } = follow();
    const { draws } = await output(displays, a, bundle(ID));
    const copy = await output(displays, b, bundle(ID));
    const forged = await output(displays, a, bundle('e'.repeat(32)));
    schedule(a);
    show(a, bundle(ID));
    await Promise.resolve();
    expect(draws).toEqual(['k1']);
    // A copy stands in another cell.
    expect(copy.draws).toEqual([]);
    expect(forged.draws).toEqual([]);
  });

  it('should be a text again when its cell is forgotten', async () => {
    const { a, displays, panel, schedule, show } = follow();
    schedule(a);
    show(a, bundle(ID));
    const { draws, node } = await output(displays, a, bundle(ID));
    await Promise.resolve();
    expect(draws).toHaveLength(1);
    const text = node.querySelector('pre');
    expect(text?.classList.contains('lm-mod-hidden')).toBe(true);
    panel.disposed.emit();
    expect(text?.classList.contains('lm-mod-hidden')).toBe(false);
  });
});

describe('offerMagic', () => {
  function kernel(status: string, content: object) {
    const requestExecute = jest.fn<object, [object]>(() => ({
      dispose: () => undefined,
      done: Promise.resolve({ content })
    }));
    const played = { requestExecute, status };
    return {
      asked: requestExecute,
      kernel: played as unknown as Kernel.IKernelConnection
    };
  }

  it.each(['busy', 'unknown', 'starting', 'restarting', 'dead'])(
    'should send nothing to a kernel that is %s',
    async status => {
      const { asked, kernel: one } = kernel(status, {});
      expect(await offerMagic(one)).toBeNull();
      expect(asked).not.toHaveBeenCalled();
    }
  );

  it('should leave no trace in history and count', async () => {
    const data = { 'text/plain': "'small'" };
    const { asked, kernel: one } = kernel('idle', {
      user_expressions: { envcheck: { data } }
    });
    expect(await offerMagic(one)).toBe('small');
    expect(asked.mock.calls[0][0]).toMatchObject({
      allow_stdin: false,
      code: '',
      silent: true,
      stop_on_error: false,
      store_history: false
    });
  });

  it('should take no answer for none', async () => {
    for (const content of [{}, { user_expressions: { envcheck: null } }]) {
      expect(await offerMagic(kernel('idle', content).kernel)).toBeNull();
    }
    expect(magicAnswer("'<img>'")).toBeNull();
    expect(magicAnswer({})).toBeNull();
  });
});

describe('narrow', () => {
  const { outcomes } = PROBLEMS;

  it('should take families, checks and ids', () => {
    const { family, check, id } = outcomes[0];
    const of = (word: string) => narrow(outcomes, [word]).outcomes;
    expect(of(family)).toEqual(outcomes.filter(one => one.family === family));
    expect(of(check)).toEqual(outcomes.filter(one => one.check === check));
    expect(of(id)).toEqual(outcomes.filter(one => one.id === id));
  });

  it('should ignore words that it does not know, and name each once', () => {
    expect(narrow(outcomes, ['nope', 'nope'])).toEqual({
      outcomes,
      unknown: ['nope']
    });
    const some = narrow(outcomes, ['nope', 'notebook']);
    expect(some.unknown).toEqual(['nope']);
    expect(some.outcomes.length).toBeLessThan(outcomes.length);
  });
});

describe('MagicReport', () => {
  function draw(report: Report | null, words: string[] = []): Stage {
    const stage = new Stage();
    render(
      <MagicReport
        commands={stage.commands}
        shown={{ problem: null, report, words }}
        trans={trans}
      />
    );
    return stage;
  }

  it('should tell where, what, and which words it ignored', () => {
    draw(PROBLEMS, ['notebook', HOSTILE]);
    screen.getByText('climate');
    screen.getByText(`“${HOSTILE}” was ignored`, { exact: false });
    screen.getByText(/imports sklearn/);
    expect(screen.queryByText(/OpenBLAS/)).toBeNull();
  });

  it('should have one button, which opens the panel', () => {
    const stage = draw(PROBLEMS);
    const buttons = screen
      .getAllByRole('button')
      .filter(button => !button.hasAttribute('aria-expanded'));
    expect(buttons).toHaveLength(1);
    buttons[0].click();
    expect(stage.ran).toEqual([['envcheck:open', {}]]);
  });

  it('should show hostile text as text', () => {
    const outcomes = PROBLEMS.outcomes.map(one => ({
      ...one,
      title: HOSTILE,
      why: HOSTILE
    }));
    draw({ ...PROBLEMS, outcomes });
    expect(screen.getAllByText(HOSTILE).length).toBeGreaterThan(1);
    expect(document.querySelector('img')).toBeNull();
  });

  it('should say that it looks', () => {
    draw(null);
    expect(screen.getAllByText('Looking…')).toHaveLength(2);
  });
});
