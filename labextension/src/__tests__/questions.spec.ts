import { Dialog } from '@jupyterlab/apputils';
import { acceptDialog, dismissDialog } from '@jupyterlab/testing';
import { waitFor } from '@testing-library/react';
import { askToFree, askToUndo, askToUse, sayUnused } from '../questions';
import type { Job, Plan } from '../wire';
import { golden } from './golden';
import { trans } from './stage';

/**
 * The words of the dialog that is open, once these are among them: it is drawn bit by bit.
 */
async function words(...expected: string[]): Promise<string> {
  return waitFor(() => {
    const text = document.querySelector('.jp-Dialog')?.textContent ?? '';
    for (const each of expected) {
      expect(text).toContain(each);
    }
    return text;
  });
}

afterEach(() => Dialog.flush());

describe('questions', () => {
  it('should say what comes back, and where, before an undo', async () => {
    const asked = askToUndo(golden<Job>('job-undoable'), 'climate', [], trans);
    await words(
      'Undo: Install scikit-learn into climate?',
      '/home/ada/climate',
      'changedthreadpoolctl3.8.0 → 3.5.0',
      'removedscipy1.18.1'
    );
    await acceptDialog(document.body, 5000);
    await expect(asked).resolves.toBe(true);
  });

  it('should say what comes back of conda, and that the kernel must start anew', async () => {
    const plan = golden<Plan>('plan-conda');
    const asked = askToUndo(
      { ...golden<Job>('job-undoable'), plan, verdict: null },
      null,
      [],
      trans
    );
    await words(
      'changedlibblasconda · conda-forge3.11.0 mkl → openblas',
      'changedpillowconda · conda-forge → defaults12.1.0 → 12.0.0',
      'addedlibopenblasconda · conda-forge0.3.30',
      'The kernel needs a restart afterwards if it has imported what changes.'
    );
    await dismissDialog(document.body, 5000);
    await asked;
  });

  it('should say of an interrupted job that what came since goes back, too', async () => {
    const since = ['six 1.17.0 added'];
    const asked = askToUndo(golden<Job>('job-interrupted'), null, since, trans);
    const text = await words(
      'What was installed or removed since goes back, too.',
      'By somebody else since: six 1.17.0 added.'
    );
    expect(text).not.toContain('stays');
    await dismissDialog(document.body, 5000);
    await asked;
  });

  it('should undo nothing where the answer is no', async () => {
    const asked = askToUndo(golden<Job>('job-undoable'), null, [], trans);
    await dismissDialog(document.body, 5000);
    await expect(asked).resolves.toBe(false);
  });

  it('should say that an environment and its kernel go, though in use', async () => {
    const asked = askToUndo(golden<Job>('job-created'), 'proj', [], trans);
    const text = await words(
      'The environment “proj” and its kernel',
      'The kernel in front is this one'
    );
    expect(text).not.toContain('ipykernel');
    await dismissDialog(document.body, 5000);
    await asked;
  });

  it('should say that a kernel goes, and what goes with it', async () => {
    const made = golden<Job>('job-created');
    const wish = { ...made.plan.wish, kind: 'register' } as const;
    const job = { ...made, plan: { ...made.plan, wish } };
    const asked = askToUndo(job, null, [], trans);
    await words(
      'The kernel “proj” is taken away, and the environment “proj” is put back',
      'removedipykernel'
    );
    await dismissDialog(document.body, 5000);
    await asked;
  });

  it('should say what is gone for good', async () => {
    const asked = askToFree(golden<Job>('job-undoable'), trans);
    await words('Free 12.4 MB?', 'cannot be undone after that');
    await acceptDialog(document.body, 5000);
    await expect(asked).resolves.toBe(true);
  });

  it.each<[number | null, string]>([
    [12, 'its 12 variables would be lost'],
    [1, 'its 1 variable would be lost'],
    [0, 'It holds no variables'],
    [null, 'its variables would be lost']
  ])('should count %s variables', async (lost, text) => {
    const asked = askToUse('proj', lost, trans);
    await words(text);
    await dismissDialog(document.body, 5000);
    await expect(asked).resolves.toBe(false);
  });

  it('should say that a kernel could not be started', async () => {
    const said = sayUnused('proj', new Error('no such kernel'), trans);
    await words('no such kernel');
    await dismissDialog(document.body, 5000);
    await said;
  });
});
