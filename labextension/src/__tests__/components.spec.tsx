import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import { CommandIDs } from '../commandids';
import { Activity } from '../components/Activity';
import { Link } from '../components/Link';
import { Plan } from '../components/Plan';
import { Problem } from '../components/Problem';
import { Recommendations } from '../components/Recommendations';
import { Summary } from '../components/Summary';
import { Where } from '../components/Where';
import type { Job, Outcome, Plan as IPlan, Report } from '../wire';
import { golden, goldenNames } from './golden';

const HOSTILE = '<img src=x onerror=alert(1)>';
const trans = nullTranslator.load('jupyterlab_envcheck');

let ran: [string, unknown][];
let commands: CommandRegistry;

beforeEach(() => {
  ran = [];
  commands = new CommandRegistry();
  for (const id of Object.values(CommandIDs)) {
    commands.addCommand(id, {
      label: args => (typeof args.title === 'string' ? args.title : id),
      execute: args => void ran.push([id, args])
    });
  }
});

afterEach(cleanup);

function recommendations(outcomes: Outcome[]): JSX.Element {
  return (
    <Recommendations
      commands={commands}
      filter={null}
      outcomes={outcomes}
      system="Linux"
      trans={trans}
    />
  );
}

function plan(value: IPlan): JSX.Element {
  return (
    <Plan
      commands={commands}
      plan={value}
      planning={value.state === 'resolving'}
      problem={null}
      system="Linux"
      trans={trans}
    />
  );
}

function activity(job: Job, prefix: string | null = null): JSX.Element {
  return (
    <Activity
      commands={commands}
      earlier={[]}
      job={job}
      prefix={prefix}
      problem={null}
      trans={trans}
    />
  );
}

describe('Report', () => {
  it.each(goldenNames('report'))('should show every word of %s', name => {
    const report = golden<Report>(name);
    const { container } = render(
      <>
        <Where
          commands={commands}
          looking={false}
          report={report}
          stale={false}
          state="idle"
          trans={trans}
        />
        <Summary
          commands={commands}
          filter={null}
          summary={report.summary}
          trans={trans}
        />
        {recommendations(report.outcomes)}
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
    render(recommendations(golden<Report>('report-problems').outcomes));
    const open = screen
      .getAllByRole('button', { expanded: true })
      .map(({ textContent }) => textContent);
    expect(open).toHaveLength(1);
    expect(open[0]).toContain('sklearn');
    expect(open[0]).toContain('Problem');
  });

  it('should ask for a plan of the action that is pressed', () => {
    render(recommendations(golden<Report>('report-problems').outcomes));
    fireEvent.click(screen.getByText('Install scikit-learn…'));
    expect(ran).toEqual([
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

  it('should show the commands of one manager together', () => {
    const [outcome] = golden<Report>('report-problems').outcomes;
    render(
      recommendations([
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
    const { container } = render(recommendations([hostile]));
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

describe('Summary', () => {
  it('should not take what could not be told for well', () => {
    const { container } = render(
      <Summary
        commands={commands}
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
      'No problems found, but 3 checks could not tell.'
    );
  });
});

describe('Plan', () => {
  it.each(goldenNames('plan'))('should show %s', name => {
    const value = golden<IPlan>(name);
    const { container } = render(plan(value));
    const { install, remove, update } = value.changes;
    for (const change of [...install, ...remove, ...update]) {
      expect(container.textContent).toContain(change.name);
    }
    expect(container.textContent).toContain(value.refusal?.text ?? '');
    expect(container.textContent).toContain(value.failure?.message ?? '');
    const installable = value.state === 'ready' && !value.refusal;
    expect(screen.queryByText(CommandIDs.install) !== null).toBe(installable);
  });
});

describe('Activity', () => {
  it.each(goldenNames('job'))('should show %s', name => {
    const job = golden<Job>(name);
    const { container } = render(activity(job));
    const running = job.state === 'running';
    expect(screen.queryByRole('progressbar') !== null).toBe(running);
    expect(screen.queryByText(CommandIDs.cancelJob) !== null).toBe(running);
    expect(screen.queryByText(CommandIDs.undoJob) !== null).toBe(
      job.undo.possible
    );
    expect(container.textContent).toContain(job.failure?.message ?? '');
  });

  it('should offer a restart only to the kernel that needs it', () => {
    const job = golden<Job>('job-succeeded');
    if (!job.verdict) {
      throw new Error('this job has a verdict');
    }
    job.verdict.restart = { needed: true, modules: ['threadpoolctl'] };
    const { rerender } = render(activity(job, '/elsewhere'));
    expect(screen.queryByText(CommandIDs.restartKernel)).toBeNull();
    rerender(activity(job, job.plan.target.prefix));
    expect(screen.queryByText(CommandIDs.restartKernel)).not.toBeNull();
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
});
