import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import { CommandIDs } from '../commandids';
import { Focused } from '../components/Focused';
import { Link } from '../components/Link';
import { Problem } from '../components/Problem';
import { Summary } from '../components/Summary';
import { Where } from '../components/Where';
import { problemWords } from '../components/problemwords';
import type { KernelState } from '../kernelstate';
import type { Environment, Job, Outcome, Plan as IPlan, Report } from '../wire';
import { golden, goldenNames } from './golden';
import { PREFERRED, Stage, trans } from './stage';

const HOSTILE = '<img src=x onerror=alert(1)>';

let stage: Stage;

beforeEach(() => {
  stage = new Stage();
});

afterEach(cleanup);

function changeless(warnings: string[] = []): IPlan {
  const { changes } = golden<IPlan>('plan-refused');
  return { ...golden<IPlan>('plan-ready'), changes, warnings };
}

describe('Report', () => {
  it.each(goldenNames('report'))('should show every word of %s', name => {
    const report = golden<Report>(name);
    const { container } = render(
      <>
        <Where
          commands={stage.commands}
          looking={false}
          preferred={PREFERRED}
          report={report}
          stale={false}
          state="idle"
          trans={trans}
        />
        <Summary
          commands={stage.commands}
          dismissed={0}
          filter={null}
          summary={report.summary}
          trans={trans}
        />
        {stage.recommendations(report.outcomes)}
      </>
    );
    const environment = report.facts.environment.value;
    if (environment) {
      expect(container.textContent).toContain(environment.prefix);
    }
    for (const outcome of report.outcomes) {
      if (outcome.status !== 'pass') {
        const named =
          outcome.status === 'finding' ? outcome.title : outcome.check;
        expect(container.textContent).toContain(named);
        expect(container.textContent).toContain(outcome.why);
        expect(container.textContent).toContain(outcome.reason ?? '');
      }
    }
  });

  it('should open the first error and nothing else', () => {
    render(stage.recommendations(golden<Report>('report-problems').outcomes));
    const open = screen
      .getAllByRole('button', { expanded: true })
      .map(({ textContent }) => textContent);
    expect(open).toHaveLength(1);
    expect(open[0]).toContain('sklearn');
    expect(open[0]).toContain('Problem');
  });

  it('should ask for a plan of the action that is pressed', () => {
    render(stage.recommendations(golden<Report>('report-problems').outcomes));
    fireEvent.click(screen.getByText('Install scikit-learn…'));
    expect(stage.ran).toEqual([
      [
        CommandIDs.plan,
        {
          outcome: 'missing-import:sklearn',
          action: 'install',
          title: 'Install scikit-learn…'
        }
      ]
    ]);
  });

  it('should offer the button before the evidence, and families in words', () => {
    render(stage.recommendations(golden<Report>('report-problems').outcomes));
    const button = screen.getByText('Install scikit-learn…');
    const evidence = document.querySelector('dl');
    expect(evidence && button.compareDocumentPosition(evidence)).toBe(
      Node.DOCUMENT_POSITION_FOLLOWING
    );
    expect(screen.queryByText(/installing$/)).toBeNull();
    expect(
      screen.getAllByText(/ · (packages|Python|BLAS|threads)$/)
    ).not.toEqual([]);
  });

  it('should show the commands of one manager together', () => {
    const [outcome] = golden<Report>('report-problems').outcomes;
    render(
      stage.recommendations([
        {
          ...outcome,
          actions: [
            {
              id: 'run',
              kind: 'run',
              title: 'Run',
              commands: [
                { manager: 'venv', argv: ['one'] },
                { manager: 'venv', argv: ['two'] },
                { manager: 'uv', argv: ['three'] }
              ]
            }
          ]
        }
      ])
    );
    expect(screen.getAllByRole('tab').map(tab => tab.textContent)).toEqual([
      'venv',
      'uv'
    ]);
    expect(screen.getByRole('tabpanel').textContent).toContain('one\ntwo');
    fireEvent.keyDown(screen.getByRole('tab', { name: 'venv' }), {
      key: 'ArrowRight'
    });
    expect(screen.getByRole('tabpanel').textContent).toContain('three');
  });

  it('should show hostile text as text', () => {
    const hostile = JSON.parse(
      JSON.stringify(golden<Report>('report-problems').outcomes[0]),
      (key, value: unknown) =>
        ['title', 'why', 'label', 'value', 'source', 'passage'].includes(key)
          ? HOSTILE
          : value
    ) as Outcome;
    const { container } = render(stage.recommendations([hostile]));
    expect(container.querySelector('img')).toBeNull();
    expect(container.textContent).toContain(HOSTILE);
  });
});

describe('Link', () => {
  it.each(['https://numpy.org/', 'http://localhost/'])(
    'should link %s',
    url => {
      render(<Link url={url}>words</Link>);
      expect(screen.getByRole('link').getAttribute('href')).toBe(url);
    }
  );

  it.each(['javascript:alert(1)', ' JaVaScRiPt:alert(1)', 'data:,x', 'x', ''])(
    'should not link “%s”',
    url => {
      const { container } = render(<Link url={url}>words</Link>);
      expect(screen.queryByRole('link')).toBeNull();
      expect(container.textContent).toBe('words');
    }
  );
});

describe('Recommendations', () => {
  it('should tell a reason once for all checks that could not tell', () => {
    const skipped = golden<Report>('report-remote').outcomes.filter(
      ({ status }) => status === 'skip'
    );
    const { container } = render(stage.recommendations(skipped));
    const told = [...container.querySelectorAll('.jp-Envcheck-untold li')];
    const reasons = told.map(item => item.querySelector('p')?.textContent);
    expect(new Set(reasons).size).toBe(told.length);
    const named = told.flatMap(item =>
      item.querySelector('code')?.textContent?.split(', ')
    );
    expect(named.sort()).toEqual(skipped.map(({ check }) => check).sort());
  });
});

describe('Where', () => {
  function where(report: Report, state: KernelState): string | null {
    const { container } = render(
      <Where
        commands={stage.commands}
        looking
        preferred={PREFERRED}
        report={report}
        stale={false}
        state={state}
        trans={trans}
      />
    );
    return container.textContent;
  }

  it('should say of the report, not of the kernel now, that it was seen from outside', () => {
    const idle = where(golden<Report>('report-problems'), 'busy');
    expect(idle).toContain('kernel busy');
    expect(idle).not.toContain('not disturbed');
    const busy = where(golden<Report>('report-busy'), 'idle');
    expect(busy).toContain('kernel idle');
    expect(busy).toContain('not disturbed');
  });

  it.each<[Partial<Environment>, string]>([
    [
      { kind: 'conda', owner: 'conda', externally_managed: true },
      'Installs go to climate (conda).'
    ],
    [
      { kind: 'system', externally_managed: true },
      'climate belongs to the operating system'
    ],
    [
      { kind: 'pixi', owner: 'pixi' },
      'climate is looked after by pixi: nothing is installed into it from here.'
    ]
  ])('should say where installs go of %j', (changes, told) => {
    const report = golden<Report>('report-healthy');
    const { environment } = report.facts;
    const value = environment.value && { ...environment.value, ...changes };
    const facts = { ...report.facts, environment: { ...environment, value } };
    expect(where({ ...report, facts }, 'idle')).toContain(told);
  });

  it('should not put words in while it looks', () => {
    expect(where(golden('report-problems'), 'idle')).not.toContain('Looking');
  });
});

describe('Summary', () => {
  it('should keep the filter that is on, to be taken off again', () => {
    const { summary } = golden<Report>('report-healthy');
    const { container } = render(
      <Summary
        commands={stage.commands}
        dismissed={0}
        filter="error"
        summary={summary}
        trans={trans}
      />
    );
    fireEvent.click(screen.getByRole('button', { pressed: true }));
    expect(container.textContent).toContain('0 problems');
    expect(stage.ran).toEqual([[CommandIDs.filter, { severity: 'error' }]]);
  });

  it('should not take what could not be told for well', () => {
    const { container } = render(
      <Summary
        commands={stage.commands}
        dismissed={0}
        filter={null}
        summary={{
          error: 0,
          warning: 0,
          advice: 0,
          info: 0,
          skip: 2,
          crash: 1
        }}
        trans={trans}
      />
    );
    expect(container.textContent).toBe(
      'No problems found, but 3 things could not be checked.'
    );
  });
});

describe('Plan', () => {
  it.each(goldenNames('plan'))('should show %s', name => {
    const value = golden<IPlan>(name);
    const { container } = render(stage.plan(value));
    const { install, remove, update } = value.changes;
    for (const change of [...install, ...remove, ...update]) {
      expect(container.textContent).toContain(change.name);
    }
    expect(container.textContent).toContain(value.refusal?.text ?? '');
    expect(container.textContent).toContain(value.failure?.message ?? '');
    const installable = value.state === 'ready' && !value.refusal;
    expect(screen.queryByText(CommandIDs.install) !== null).toBe(installable);
  });

  it('should name the plan that is to be carried out', () => {
    render(stage.plan(golden('plan-ready')));
    fireEvent.click(screen.getByText(CommandIDs.install));
    expect(stage.ran).toEqual([[CommandIDs.install, { plan: 'p1' }]]);
  });

  it.each<[string[], string]>([
    [[], 'Everything asked for is there already.'],
    [['It is there.'], 'It is there.']
  ])('should say one thing of a plan without changes: %j', (warnings, text) => {
    const { container } = render(stage.plan(changeless(warnings)));
    const seen = container.querySelectorAll('p:not(.jp-Envcheck-live)');
    expect(Array.from(seen, ({ textContent }) => textContent)).toEqual([text]);
    expect(screen.queryByText(CommandIDs.install)).toBeNull();
    expect(screen.queryByText(CommandIDs.dropPlan)).not.toBeNull();
  });

  it('should say that nothing will be installed', () => {
    const { container } = render(stage.plan(golden('plan-refused')));
    expect(container.textContent).toContain(
      'Nothing will be installed into climate.'
    );
  });

  it('should have one place for what is said aloud', () => {
    const { rerender } = render(stage.plan(golden('plan-resolving')));
    const status = screen.getByRole('status');
    expect(status.textContent).toBe('Working out what would change…');
    rerender(stage.plan(golden('plan-failed')));
    expect(screen.getAllByRole('status')).toEqual([status]);
    expect(status.textContent).toMatch(/no scikit-learn that fits/);
  });
});

describe('Activity', () => {
  it.each(goldenNames('job'))('should show %s', name => {
    const job = golden<Job>(name);
    const { container } = render(stage.activity(job));
    const running = job.state === 'running';
    expect(screen.queryByRole('progressbar') !== null).toBe(running);
    expect(screen.queryByText(CommandIDs.cancelJob) !== null).toBe(running);
    const back =
      job.state === 'interrupted' ? CommandIDs.repair : CommandIDs.undoJob;
    expect(screen.queryByText(back) !== null).toBe(job.undo.possible);
    expect(container.textContent).toContain(job.failure?.message ?? '');
  });

  it('should offer a restart only to the kernel that needs it', () => {
    const job = golden<Job>('job-succeeded');
    const stale = /still uses the old threadpoolctl/;
    const { rerender } = render(stage.activity(job, { prefix: '/elsewhere' }));
    const offered = (): boolean[] => [
      screen.queryByText(stale) !== null,
      screen.queryByText(CommandIDs.restartKernel) !== null
    ];
    expect(offered()).toEqual([false, false]);
    rerender(stage.activity(job));
    expect(offered()).toEqual([true, true]);
    rerender(stage.activity(job, { restarted: true }));
    expect(offered()).toEqual([false, false]);
    expect(screen.queryByText(/Restart the kernel/)).toBeNull();
  });

  it.each<[string, string[], boolean]>([
    ['it is not known what is imported', [], true],
    ['the job is history', ['threadpoolctl'], false]
  ])(
    'should not claim that modules are old where %s',
    (_, modules, witnessed) => {
      const job = golden<Job>('job-succeeded');
      if (job.verdict) {
        job.verdict.restart = { needed: true, modules, gone: [] };
      }
      const { container } = render(stage.activity(job, { witnessed }));
      expect(container.textContent).toContain(
        'Restart the kernel if it has imported what changed.'
      );
      expect(container.textContent).not.toContain('still uses');
    }
  );

  it('should say that a job cannot be undone only where it did something', () => {
    const cancelled = golden<Job>('job-cancelled');
    const { rerender } = render(stage.activity(cancelled));
    expect(screen.queryByText(/cannot be undone/)).toBeNull();
    rerender(stage.activity({ ...cancelled, verdict: null }));
    expect(screen.queryByText(/cannot be undone/)).not.toBeNull();
    rerender(stage.activity(golden<Job>('job-succeeded')));
    expect(screen.queryByText(/cannot be undone/)).not.toBeNull();
  });

  it('should let another job that runs be cancelled', () => {
    const job = golden<Job>('job-running');
    render(stage.activity(null, { earlier: [{ ...job, id: 'other' }] }));
    fireEvent.click(screen.getByRole('button', { name: /^Cancel: / }));
    expect(stage.ran).toEqual([[CommandIDs.cancelJob, { id: 'other' }]]);
  });

  it('should say aloud what comes of a job, but not of one long ago', () => {
    const job = golden<Job>('job-succeeded');
    const { rerender } = render(stage.activity(null));
    const status = screen.getByRole('status');
    expect(status.textContent).toBe('');
    rerender(stage.activity(job, { witnessed: false }));
    expect(status.textContent).toBe('');
    rerender(stage.activity(job));
    expect(status.textContent).toBe('Install scikit-learn into climate: done.');
    expect(screen.getAllByRole('status')).toEqual([status]);
  });

  it('should follow the end of a log until somebody scrolls up', () => {
    const job = golden<Job>('job-running');
    const more = (n: number): Job => ({
      ...job,
      lines: [...job.lines, { n, text: 'more' }]
    });
    const { rerender } = render(stage.activity(job));
    fireEvent.click(screen.getByText('Show the log'));
    const log = screen.getByRole('log');
    let height = 500;
    Object.defineProperties(log, {
      clientHeight: { get: () => 200 },
      scrollHeight: { get: () => height }
    });
    height = 600;
    rerender(stage.activity(more(3)));
    expect(log.scrollTop).toBe(600);
    log.scrollTop = 100;
    fireEvent.scroll(log);
    rerender(stage.activity(more(4)));
    expect(log.scrollTop).toBe(100);
    log.scrollTop = 400;
    fireEvent.scroll(log);
    rerender(stage.activity(more(5)));
    expect(log.scrollTop).toBe(600);
  });
});

describe('Focused', () => {
  function field(): HTMLInputElement {
    return document.body.appendChild(document.createElement('input'));
  }

  it('should give the focus back where it took it along', () => {
    const before = field();
    before.focus();
    const { unmount } = render(<Focused label="x">y</Focused>);
    expect(document.activeElement).toBe(screen.getByRole('group'));
    unmount();
    expect(document.activeElement).toBe(before);
  });

  it('should leave the focus where the user took it', () => {
    field().focus();
    const { unmount } = render(<Focused label="x">y</Focused>);
    const other = field();
    other.focus();
    unmount();
    expect(document.activeElement).toBe(other);
  });
});

describe('Problem', () => {
  it.each([
    'no-notebook',
    'no-kernel',
    'kernel-starting',
    'kernel-dead',
    'not-python',
    'offline',
    'forbidden',
    'no-data',
    'no-extension',
    'unexplained'
  ])('should say what happened and what to do: %s', reason => {
    const { container } = render(
      <Problem problem={{ reason, message: '', hint: '' }} trans={trans} />
    );
    const sentences = Array.from(container.querySelectorAll('p'));
    expect(sentences).toHaveLength(2);
    for (const { textContent } of sentences) {
      expect(textContent).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('should word what is forbidden itself, and no console a notebook', () => {
    const words = (reason: string): string =>
      problemWords(
        { reason, message: '_xsrf missing', hint: '' },
        trans
      ).join();
    expect(words('forbidden')).not.toContain('_xsrf');
    expect(words('no-kernel')).not.toContain('notebook');
  });
});
